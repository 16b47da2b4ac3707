import { z } from 'zod';
import { messageOf } from '../kit/error.ts';
import { DEPLOYMENT_LABEL } from '../labels/deployment.ts';
import { withoutNulls } from '../rollout/definition.ts';
import { ZDD_EXIT, ZddError } from './exits.ts';

const mapping = z.looseObject({ servicePort: z.number().nullish(), containerPort: z.number().nullish() });
const mappings = z.array(mapping).nullish();

const task = z.looseObject({
  id: z.string(),
  host: z.string().nullish(),
  state: z.string().nullish(),
  ports: z.array(z.number()).nullish(),
  ipAddresses: z.array(z.looseObject({ ipAddress: z.string().nullish() })).nullish(),
});

/** What is read of an app; every other field goes through as it is. */
const definitionSchema = z.looseObject({
  id: z.string().min(1),
  instances: z.number().int().min(0).default(1),
  labels: z.record(z.string(), z.string()).default({}),
  container: z.looseObject({ portMappings: mappings, docker: z.looseObject({ portMappings: mappings }).nullish() }).nullish(),
  portDefinitions: z.array(z.looseObject({ port: z.number().nullish() })).nullish(),
  ports: z.array(z.number()).nullish(),
  ipAddress: z
    .looseObject({ discovery: z.looseObject({ ports: z.array(z.looseObject({ number: z.number().nullish() })).nullish() }).nullish() })
    .nullish(),
});

const appSchema = definitionSchema.extend({
  tasks: z.array(task).default([]),
  deployments: z.array(z.unknown()).default([]),
  versionInfo: z.looseObject({ lastScalingAt: z.string().nullish() }).nullish(),
});

/** An app as its owner writes it. */
export type Definition = Readonly<z.infer<typeof definitionSchema>>;
/** An app as Marathon answers it. */
export type ZddApp = Readonly<z.infer<typeof appSchema>>;
export type ZddTask = ZddApp['tasks'][number];

/** A label that zdd itself writes or reads. */
export const deploymentLabel = ({ labels }: Pick<Definition, 'labels'>, name: keyof typeof DEPLOYMENT_LABEL): string | undefined =>
  labels[DEPLOYMENT_LABEL[name]];

const parse = <T>(schema: z.ZodType<T>, value: unknown, from: string, exitCode: number): T => {
  const { data, error } = schema.safeParse(value);
  if (data !== undefined) return data;
  const wrong = error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ') ?? '';
  throw new ZddError(exitCode, `${from} is not the app that it should be: ${wrong}`);
};

/** @throws ZddError `read` */
export const readApp = (value: unknown): ZddApp => parse(appSchema, value, 'what Marathon answered', ZDD_EXIT.read);

const isOfGroup = (value: unknown, group: string): boolean => {
  const { labels } = (value ?? {}) as { readonly labels?: Readonly<Record<string, unknown>> };
  return labels?.[DEPLOYMENT_LABEL.group] === group;
};

/** The apps of this group; what the others are like does not matter. @throws ZddError `read` */
export const readGroup = (values: readonly unknown[], group: string): readonly ZddApp[] =>
  values.filter((value) => isOfGroup(value, group)).map(readApp);

/** Of tasks that were told to end there is nothing left to say. */
const ENDING: ReadonlySet<string> = new Set([
  'TASK_KILLING',
  'TASK_KILLED',
  'TASK_FINISHED',
  'TASK_FAILED',
  'TASK_ERROR',
  'TASK_GONE',
  'TASK_DROPPED',
]);

/** @param killed ids of tasks that are ending, also where Marathon does not say so */
export const withoutEnding = (app: ZddApp, killed: ReadonlySet<string>): ZddApp => ({
  ...app,
  tasks: app.tasks.filter(({ id, state }) => !killed.has(id) && !ENDING.has(state ?? '')),
});

/** The fields without which there is nothing to do, as zdd.py asked for them. */
const needed = (json: object): string | undefined => {
  const { id, labels } = json as { readonly id?: unknown; readonly labels?: Readonly<Record<string, unknown>> };
  if (id === undefined) return 'id';
  if (labels === undefined) return 'labels';
  return [DEPLOYMENT_LABEL.group, DEPLOYMENT_LABEL.altPort].find((name) => labels[name] === undefined || labels[name] === '');
};

/**
 * The definition of the app that is to be deployed.
 * @param path for messages
 * @throws ZddError `failed` where it is no JSON object, `field` where a field is missing or wrong
 */
export const readDefinition = (text: string, path: string): Definition => {
  let json: unknown;
  try {
    // Marathon takes null for a wish.
    json = withoutNulls(JSON.parse(text));
  } catch (error) {
    throw new ZddError(ZDD_EXIT.failed, `--json: ${path} is no JSON: ${messageOf(error)}`);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new ZddError(ZDD_EXIT.failed, `--json: ${path} must be the definition of one app`);
  const missing = needed(json);
  if (missing !== undefined) throw new ZddError(ZDD_EXIT.field, `--json: ${path} has no ${missing}: it is needed`);
  return parse(definitionSchema, json, `--json: ${path}`, ZDD_EXIT.field);
};
