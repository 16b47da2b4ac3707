/** Which Marathon is being played: `legacy` is 1.4, `1.5` is 1.5 to 1.7, `1.8` is 1.8 and 1.9, `1.10` is 1.10 and 1.11. */
export type PersonalityName = 'legacy' | '1.5' | '1.8' | '1.10';

/** Everything that a client can see of Marathon's version. One place, so that no other file compares version names. */
export interface Personality {
  readonly name: PersonalityName;
  /** The release that `/v2/info` names. */
  readonly release: string;
  /** `legacy`: container.docker.network, ipAddress, explicit nulls. `raml`: networks, absent options left out. */
  readonly appForm: 'legacy' | 'raml';
  /** `plain`: `shop_cart.<uuid>`. `incarnation`: `shop_cart.instance-<uuid>._app.<n>`, the instance outlives its tasks. */
  readonly ids: 'plain' | 'incarnation';
  /** What is published when an offer matched. */
  readonly matchedCondition: 'Created' | 'Provisioned';
  readonly taskStatsKey: 'taskStats' | 'tasksStats';
  readonly omitsEmptyLists: boolean;
  /** The writer of tasks leaves out empty lists and writes nulls up to 1.5. */
  readonly taskForm: 'play' | 'raml';
  readonly plans: 'heavy' | 'light-on-request' | 'light';
  readonly standbyEvents: 'proxy' | 'redirect';
  readonly sendsFrameHeaders: boolean;
  /** Events that may wait for a slow reader, and what happens to the next one. */
  readonly maxOutstandingEvents: number;
  readonly slowReader: 'drop' | 'close';
  readonly reportsKilling: boolean;
  /** Executors of Mesos before 1.5 go straight from staging to running. */
  readonly reportsStarting: boolean;
  /** Apps and tasks have a role. */
  readonly writesRole: boolean;
  /** instance_health_changed_event: for each check that flips (1.4), or when all checks together do. */
  readonly instanceHealth: 'per-check' | 'together';
  readonly failedCheckKey: 'taskId' | 'instanceId';
  readonly failureHasReason: boolean;
  readonly maxLaunchDelaySeconds: number;
}

const modern: Personality = {
  name: '1.10',
  release: '1.11.24',
  appForm: 'raml',
  ids: 'incarnation',
  matchedCondition: 'Provisioned',
  taskStatsKey: 'tasksStats',
  omitsEmptyLists: true,
  taskForm: 'raml',
  plans: 'light',
  standbyEvents: 'redirect',
  sendsFrameHeaders: true,
  maxOutstandingEvents: 1024,
  slowReader: 'close',
  reportsKilling: true,
  reportsStarting: true,
  writesRole: true,
  instanceHealth: 'together',
  failedCheckKey: 'taskId',
  failureHasReason: true,
  maxLaunchDelaySeconds: 300,
};

const early: Personality = {
  ...modern,
  name: '1.5',
  release: '1.5.15',
  ids: 'plain',
  writesRole: false,
  matchedCondition: 'Created',
  taskStatsKey: 'taskStats',
  omitsEmptyLists: false,
  taskForm: 'play',
  plans: 'light-on-request',
  standbyEvents: 'proxy',
  sendsFrameHeaders: false,
  slowReader: 'drop',
  failureHasReason: false,
  maxLaunchDelaySeconds: 3600,
};

export const personalities: Readonly<Record<PersonalityName, Personality>> = {
  legacy: {
    ...early,
    name: 'legacy',
    release: '1.4.13',
    appForm: 'legacy',
    plans: 'heavy',
    maxOutstandingEvents: 50,
    reportsKilling: false,
    reportsStarting: false,
    instanceHealth: 'per-check',
    failedCheckKey: 'instanceId',
  },
  '1.5': early,
  '1.8': { ...modern, name: '1.8', release: '1.8.244', taskStatsKey: 'taskStats', omitsEmptyLists: false },
  '1.10': modern,
};
