import type { Explanation } from '../dns/explain/explanation.ts';
import { toLabel } from '../dns/labels.ts';
import type { AppEntry, Model } from '../model/model.ts';
import { dottedPath } from '../names/dotted-path.ts';

/** An app that a missing name may be of. */
export interface MeantApp {
  readonly appId: string;
  /** Wanted. */
  readonly instances: number;
  /** How many tasks are in which state: `{ "TASK_STAGING": 2 }`; of a pod, instances. */
  readonly tasks: Readonly<Record<string, number>>;
}

/** `GET /dns/explain`: what is known of a name in DNS. */
export interface DnsExplanation {
  /** Where Sluice answers DNS. */
  readonly listen: readonly { readonly address: string; readonly port: number }[];
  readonly explanation: Explanation;
  /** None: nothing is missing, or Marathon has no such app. */
  readonly apps: readonly MeantApp[];
}

/** What is asked about names. */
export interface DnsSource {
  readonly listen: () => DnsExplanation['listen'];
  /** @param type number of a record type. Rejects where the process that knows does not answer */
  readonly explain: (question: { readonly name: string; readonly type: number }) => Promise<Explanation>;
}

const label = (text: string): string => toLabel(text, 'rfc1123');

const meant = ({ app, tasks }: AppEntry): MeantApp => {
  const states: Record<string, number> = {};
  for (const { state } of tasks.values()) states[state] = (states[state] ?? 0) + 1;
  return { appId: app.id, instances: app.instances, tasks: states };
};

/** Apps whose tasks would be called so, or whose path was written as it is in place of backwards. */
const meantApps = ({ apps }: Model, task: string): readonly MeantApp[] => {
  const asked = label(task);
  const isMeant = (appId: string): boolean => [dottedPath(appId), appId.slice(1).replaceAll('/', '.')].some((one) => label(one) === asked);
  return [...apps.values()].filter(({ app }) => isMeant(app.id)).map(meant);
};

/** Why a name is answered as it is; where there is nothing, with what Marathon has of it. */
export const explainDns = async (
  { listen, explain }: DnsSource,
  model: Model,
  question: { readonly name: string; readonly type: number },
): Promise<DnsExplanation> => {
  const explanation = await explain(question);
  const task = explanation.missing?.task;
  const apps = task === undefined ? [] : meantApps(model, task.name);
  return { listen: listen(), explanation, apps };
};
