import { deploymentGroup } from '../labels/deployment.ts';

/** An app definition as JSON. */
export type Definition = Readonly<Record<string, unknown>>;

/** How many arrays and records may be within each other in one; those of Marathon's own form have about ten. */
export const DEEPEST_DEFINITION = 50;

/** What Marathon tells of an app that is no part of its definition. */
const TOLD = new Set([
  ...['version', 'versionInfo', 'deployments', 'readinessCheckResults', 'lastTaskFailure', 'taskStats', 'storeUrls'],
  ...['tasks', 'tasksStaged', 'tasksRunning', 'tasksHealthy', 'tasksUnhealthy'],
]);

export const isObject = (value: unknown): value is Definition => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Marathon takes no null in some places where it tells one. */
export const withoutNulls = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.filter((one) => one !== null).map(withoutNulls);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([, it]) => it !== null && it !== undefined);
  return Object.fromEntries(kept.map(([key, it]) => [key, withoutNulls(it)]));
};

const hasAny = (value: unknown): boolean => Array.isArray(value) && value.length > 0;

/** The definition of an app as Marathon tells it, so that Marathon takes it again: it tells some things in two forms, and takes only one. */
export const asDefinition = (told: Definition): Definition => {
  const definition = withoutNulls(told) as Record<string, unknown>;
  const twice = [
    ...('fetch' in definition ? ['uris'] : []),
    ...('portDefinitions' in definition || portsOfContainer(definition) !== undefined ? ['ports'] : []),
    ...(hasAny(definition['portDefinitions']) && portsOfContainer(definition) !== undefined ? ['portDefinitions'] : []),
    ...(definition['executor'] === '' ? ['executor'] : []),
  ];
  return Object.fromEntries(Object.entries(definition).filter(([key]) => !TOLD.has(key) && !twice.includes(key)));
};

interface Place {
  readonly path: readonly string[];
  /** The service port of one of them; absent: it is the number itself. */
  readonly key?: string;
}

/** Where service ports are written, in zdd's order: the first that is there counts. */
const PLACES: readonly Place[] = [
  { path: ['container', 'docker', 'portMappings'], key: 'servicePort' },
  { path: ['container', 'portMappings'], key: 'servicePort' },
  { path: ['portDefinitions'], key: 'port' },
  { path: ['ports'] },
];

const at = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);

const put = (value: Definition, [key = '', ...rest]: readonly string[], it: unknown): Definition => ({
  ...value,
  [key]: rest.length === 0 ? it : put(value[key] as Definition, rest, it),
});

const portsOfContainer = (definition: Definition): unknown =>
  at(definition, ['container', 'docker', 'portMappings']) ?? at(definition, ['container', 'portMappings']);

const placeIn = (definition: Definition): Place | undefined => PLACES.find(({ path }) => hasAny(at(definition, path)));

const portOf = (entry: unknown, key: string | undefined): number => {
  const port = key === undefined ? entry : isObject(entry) ? entry[key] : undefined;
  return typeof port === 'number' ? port : 0;
};

/** Service ports, in their order; 0: Marathon gives one. */
export const servicePortsIn = (definition: Definition): readonly number[] => {
  const place = placeIn(definition);
  return place === undefined ? [] : (at(definition, place.path) as readonly unknown[]).map((entry) => portOf(entry, place.key));
};

/** The same with these service ports; those behind them stay as they are. */
export const withServicePorts = <D extends Definition>(definition: D, ports: readonly number[]): D => {
  const place = placeIn(definition);
  if (place === undefined) return definition;
  const { path, key } = place;
  const entries = (at(definition, path) as readonly unknown[]).map((entry, index) => {
    const port = ports[index];
    if (port === undefined) return entry;
    return key === undefined || !isObject(entry) ? port : { ...entry, [key]: port };
  });
  return put(definition, path, entries) as D;
};

/** Labels that are texts; what else is there Marathon refuses. */
export const labelsIn = (definition: Definition): Readonly<Record<string, string>> => {
  const labels = definition['labels'];
  const texts = isObject(labels) ? Object.entries(labels).filter((entry): entry is [string, string] => typeof entry[1] === 'string') : [];
  return Object.fromEntries(texts);
};

/** The deployment group that its label names; undefined: none. */
export const groupIn = (definition: Definition): string | undefined => deploymentGroup({ labels: labelsIn(definition) });
