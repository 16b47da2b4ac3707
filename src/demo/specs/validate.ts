import { networkMode, type Definition } from './definition.ts';

interface InvalidField {
  readonly path: string;
  readonly errors: readonly string[];
}

const protocols = new Set(['HTTP', 'HTTPS', 'TCP', 'COMMAND', 'MESOS_HTTP', 'MESOS_HTTPS', 'MESOS_TCP']);
const killSelections = new Set(['YOUNGEST_FIRST', 'OLDEST_FIRST']);
const operators = new Set(['UNIQUE', 'CLUSTER', 'GROUP_BY', 'LIKE', 'UNLIKE', 'MAX_PER', 'IS']);
const pathSegment = /^(([a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])\.)*([a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])$/;

/** Judges the values of a complete definition. The texts are Marathon's where they are known. */
export function invalidFields(id: string, definition: Definition): readonly InvalidField[] {
  return [
    ...invalidId(id),
    ...invalidNumbers(definition),
    ...invalidNetworks(definition),
    ...invalidChecks(definition),
    ...invalidWords(definition),
  ];
}

export function invalidId(id: string): readonly InvalidField[] {
  const segments = id.split('/').slice(1);
  if (segments.every((segment) => pathSegment.test(segment))) return invalidEnding(segments);
  return [
    {
      path: '/id',
      errors: [
        `must fully match regular expression '^(([a-z0-9]|[a-z0-9][a-z0-9\\-]*[a-z0-9])\\.)*([a-z0-9]|[a-z0-9][a-z0-9\\-]*[a-z0-9])|(\\.|\\.\\.)$'`,
      ],
    },
  ];
}

/** These would be taken for parts of the API's own paths. */
function invalidEnding(segments: readonly string[]): readonly InvalidField[] {
  const last = segments.at(-1) ?? '';
  return ['restart', 'tasks', 'versions'].includes(last)
    ? [{ path: '/id', errors: [`must not end with any of the following reserved keywords: restart, tasks, versions`] }]
    : [];
}

function between(path: string, value: number, low: number, high: number): readonly InvalidField[] {
  return value >= low && value <= high
    ? []
    : [{ path, errors: [`got ${decimal(value)}, expected between ${decimal(low)} and ${decimal(high)}`] }];
}

/** Scala writes a whole double with its `.0`. */
function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

function atLeast(path: string, value: number, low: number): readonly InvalidField[] {
  return value >= low ? [] : [{ path, errors: [`got ${value}, expected ${low} or more`] }];
}

function port(path: string, value: number | undefined): readonly InvalidField[] {
  if (value === undefined || (Number.isInteger(value) && value >= 0 && value <= 65_535)) return [];
  return [{ path, errors: ['must be within the range [0, 65535]'] }];
}

function invalidNumbers(definition: Definition): readonly InvalidField[] {
  const { upgradeStrategy, unreachableStrategy, instances, cpus, mem, disk, gpus, backoffSeconds, backoffFactor } = definition;
  return [
    ...atLeast('/instances', instances, 0),
    ...atLeast('/cpus', cpus, 0),
    ...atLeast('/mem', mem, 0),
    ...atLeast('/disk', disk, 0),
    ...atLeast('/gpus', gpus, 0),
    ...atLeast('/backoffSeconds', backoffSeconds, 0),
    ...atLeast('/backoffFactor', backoffFactor, 1),
    ...between('/upgradeStrategy/minimumHealthCapacity', upgradeStrategy.minimumHealthCapacity, 0, 1),
    ...between('/upgradeStrategy/maximumOverCapacity', upgradeStrategy.maximumOverCapacity, 0, 1),
    ...(unreachableStrategy === 'disabled' || unreachableStrategy.expungeAfterSeconds >= unreachableStrategy.inactiveAfterSeconds
      ? []
      : [{ path: '/unreachableStrategy', errors: ['inactiveAfterSeconds must be less or equal to expungeAfterSeconds'] }]),
  ];
}

function invalidNetworks(definition: Definition): readonly InvalidField[] {
  const mode = networkMode(definition);
  const modes = definition.networks.map((network) => network.mode);
  return [
    ...(modes.every((it) => ['host', 'container', 'container/bridge'].includes(it))
      ? []
      : [{ path: '/networks', errors: ['error.unknown.enum.literal'] }]),
    ...(new Set(modes).size > 1 ? [{ path: '/networks', errors: ['cannot mix networking modes'] }] : []),
    ...(mode === 'container' && definition.networks.some(({ name }) => name === undefined)
      ? [
          {
            path: '/networks',
            errors: ['network name must be specified when container network is selected and no default network is configured'],
          },
        ]
      : []),
    ...(definition.portDefinitions ?? []).flatMap((it, index) => port(`/portDefinitions(${index})/port`, it.port)),
    ...(definition.container?.portMappings ?? []).flatMap((it, index) => [
      ...port(`/container/portMappings(${index})/containerPort`, it.containerPort),
      ...port(`/container/portMappings(${index})/hostPort`, it.hostPort),
      ...port(`/container/portMappings(${index})/servicePort`, it.servicePort),
    ]),
  ];
}

function invalidChecks(definition: Definition): readonly InvalidField[] {
  const portCount = definition.portDefinitions?.length ?? definition.container?.portMappings?.length ?? 0;
  return definition.healthChecks.flatMap((check, index) => [
    ...(protocols.has(check.protocol) ? [] : [{ path: `/healthChecks(${index})/protocol`, errors: ['error.unknown.enum.literal'] }]),
    ...(check.portIndex === undefined || (check.portIndex >= 0 && check.portIndex < portCount)
      ? []
      : [
          {
            path: `/healthChecks(${index})`,
            errors: ['Health check port indices must address an element of the ports array or container port mappings.'],
          },
        ]),
  ]);
}

function invalidWords(definition: Definition): readonly InvalidField[] {
  return [
    ...(killSelections.has(definition.killSelection) ? [] : [{ path: '/killSelection', errors: ['error.unknown.enum.literal'] }]),
    ...definition.constraints.flatMap(([, operator = ''], index) =>
      operators.has(operator) ? [] : [{ path: `/constraints(${index})`, errors: ['error.unknown.enum.literal'] }],
    ),
    ...(definition.cmd === undefined && definition.args.length === 0 && definition.container?.docker === undefined
      ? [{ path: '/', errors: ["AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'."] }]
      : []),
  ];
}
