import { z } from 'zod';
import { SluiceError } from '../kit/error.ts';
import { inPath } from '../marathon/app-path.ts';
import type { LeaderRequests, MarathonAnswer } from '../marathon/leader-requests.ts';
import { type CheckedApp, healthOf } from '../marathon/payload/task.ts';
import type { MarathonAction } from '../rollout/action.ts';
import { type Definition, groupIn } from '../rollout/definition.ts';
import type { AppFacts } from '../rollout/facts.ts';

/** Asked of the leader. */
type Requests = Pick<LeaderRequests, 'get' | 'post' | 'put' | 'delete'>;

/** What became of an action. busy: not now, a deployment has the app; refused: never. */
export type Done = { readonly kind: 'done' } | { readonly kind: 'busy' | 'refused'; readonly because: string };

export interface RunningTask {
  /** ISO 8601; after all others where Marathon does not say. */
  readonly since: string;
  /** Its checks fail. What was not asked yet, as after each change of Marathon's leader, is not ill. */
  readonly isIll: boolean;
}

const taskSchema = z.looseObject({
  id: z.string(),
  state: z.string().default('TASK_RUNNING'),
  version: z.string().nullish(),
  startedAt: z.string().nullish(),
  healthCheckResults: z.array(z.looseObject({ alive: z.boolean().default(false), lastFailure: z.string().nullish() }).nullable()).nullish(),
});

const appSchema = z.looseObject({
  id: z.string(),
  instances: z.number(),
  version: z.string().nullish(),
  healthChecks: z.array(z.unknown()).nullish(),
  deployments: z.array(z.unknown()).nullish(),
  tasks: z.array(taskSchema).nullish(),
});

const answerSchema = z.object({ app: appSchema });

type ToldApp = z.infer<typeof appSchema>;
type ToldTask = z.infer<typeof taskSchema>;

/** What tells how much the results of an app's tasks are worth. */
const checkedOf = ({ version, healthChecks }: ToldApp): CheckedApp => ({ version: version ?? '', healthChecks: healthChecks ?? [] });

/** Without checks whatever runs is. */
const isHealthy = (task: ToldTask, app: CheckedApp): boolean => {
  const health = healthOf(task, app);
  return task.state === 'TASK_RUNNING' && (health === 'healthy' || (health === 'unknown' && app.healthChecks.length === 0));
};

/** Not alive, and never failed: not asked yet, by the Marathon that leads now. */
const isUnknown = (task: ToldTask, app: CheckedApp): boolean =>
  task.state === 'TASK_RUNNING' &&
  !isHealthy(task, app) &&
  (task.healthCheckResults ?? []).every((result) => result === null || result.alive || (result.lastFailure ?? null) === null);

const factsOf = (app: ToldApp & Definition): AppFacts => {
  const { instances, deployments, tasks } = app;
  const group = groupIn(app);
  const checked = checkedOf(app);
  return {
    instances,
    isDeploying: (deployments?.length ?? 0) > 0,
    isChecked: checked.healthChecks.length > 0,
    ...(group === undefined ? {} : { group }),
    tasks: (tasks ?? []).map((task) => ({
      id: task.id,
      state: task.state,
      healthy: isHealthy(task, checked),
      isUnknown: isUnknown(task, checked),
    })),
  };
};

const pathOf = (appId: string): string => `/v2/apps/${inPath(appId)}`;

const LOCKED = /locked/i;

const doneBy = ({ status, message }: MarathonAnswer, fine: readonly number[]): Done => {
  if ((status >= 200 && status < 300) || fine.includes(status)) return { kind: 'done' };
  // Too many at once, or another deployment: it may be asked again.
  if (status === 409 || status === 423 || status === 429) return { kind: 'busy', because: message };
  return { kind: 'refused', because: `Marathon answered ${status}: ${message}` };
};

/** The apps of rollouts, as Marathon has them at this moment: events would come too late for who has just changed something. */
export class MarathonApps {
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /** All that Marathon tells of an app; undefined: there is none. @throws SluiceError when it does not answer, or not as it should */
  async told(appId: string): Promise<(ToldApp & Definition) | undefined> {
    const { status, json, message } = await this.#requests.get(pathOf(appId));
    if (status === 404) return undefined;
    const read = answerSchema.safeParse(json);
    if (read.success && status === 200) return read.data.app;
    throw new SluiceError('MARATHON_NONSENSE', `Marathon answered ${status} for ${appId}, and not with an app: ${message}`);
  }

  /** @throws as told */
  async facts(appId: string): Promise<AppFacts | undefined> {
    const told = await this.told(appId);
    return told === undefined ? undefined : factsOf(told);
  }

  /** The tasks of an app that run, by id. @throws as told */
  async running(appId: string): Promise<ReadonlyMap<string, RunningTask>> {
    const told = await this.told(appId);
    if (told === undefined) return new Map();
    const checked = checkedOf(told);
    const isIll = (task: ToldTask): boolean => !isHealthy(task, checked) && !isUnknown(task, checked);
    const running = (told.tasks ?? []).filter(({ state }) => state === 'TASK_RUNNING');
    return new Map(running.map((task) => [task.id, { since: task.startedAt ?? '~', isIll: isIll(task) }]));
  }

  /** Once more does no harm. @throws SluiceError when it is not known whether it was done */
  async carryOut(action: MarathonAction): Promise<Done> {
    const requests = this.#requests;
    switch (action.kind) {
      case 'make': {
        const answer = await requests.post('/v2/apps', action.definition);
        const isThere = answer.status === 409 && !LOCKED.test(answer.message);
        return isThere ? { kind: 'done' } : doneBy(answer, []);
      }
      case 'scale':
        return doneBy(await requests.put(`${pathOf(action.appId)}?force=${action.force}`, { instances: action.instances }), []);
      case 'kill':
        return doneBy(await requests.post(`/v2/tasks/delete?scale=true&force=${action.force}`, { ids: action.taskIds }), [404]);
      case 'delete':
        return doneBy(await requests.delete(`${pathOf(action.appId)}?force=true`), [404]);
    }
  }
}
