import { deploymentGroup } from '../labels/deployment.ts';
import type { App } from '../model/app.ts';
import { canonicalId } from './app-id.ts';
import type { Book } from './book.ts';
import { type Definition, groupIn } from './definition.ts';
import { refuse, type Refusal } from './refusal.ts';
import { whyNotNow } from './not-now.ts';
import { type KnownApps, othersIn } from './others.ts';
import type { Start } from './start.ts';
import { whyStranger } from './strangers.ts';

/** Which app a rollout takes the place of. */
export interface Origin {
  readonly group: string;
  /** Absent: none, it is the first. */
  readonly from?: string;
}

interface Known extends KnownApps {
  readonly book: Book;
}

/** The group that an app is in now. */
const groupOf = (appId: string, { members }: Known): string | undefined =>
  [...members].find(([, ofGroup]) => ofGroup.some((member) => member.appId === appId))?.[0];

/** The group that a definition says, else that of the old app, else its id. */
const groupFor = (definition: Definition, from: App | undefined, known: Known): string =>
  groupIn(definition) ?? (from === undefined ? undefined : (groupOf(from.id, known) ?? from.id)) ?? canonicalId(String(definition['id']));

const onlyOne = (group: string, known: Known): string | undefined | Refusal => {
  const { apps, book } = known;
  const ids = [...new Set([...othersIn(group, known, book), ...(apps.has(group) ? [group] : [])])];
  if (ids.length <= 1) return ids[0];
  const shares = book.shares.get(group)?.shares ?? {};
  const serving = ids.filter((appId) => shares[appId] === 100);
  if (serving.length === 1) return serving[0];
  return whyNotNow(group, book) ?? refuse('REFUSED', `${ids.join(' and ')} serve ${group}: name the one to be replaced (--from)`);
};

/** Who does not say that he is of the group could not be ended. */
const whyNotReplaced = (group: string, from: string, { apps }: Known): Refusal | undefined => {
  const app = apps.get(from)?.app;
  const why = app === undefined ? undefined : whyStranger({ group, from }, from, deploymentGroup(app));
  return why === undefined ? undefined : refuse('REFUSED', `${why}. Without it in the new app's definition the group is ${from}`);
};

/** Which app is replaced, in which group. */
export const originOf = ({ definition, from: asked }: Start, known: Known): Origin | Refusal => {
  const app = asked === undefined ? undefined : known.apps.get(canonicalId(asked))?.app;
  if (asked !== undefined && app === undefined) return refuse('NO_SUCH_APP', `Marathon has no app ${canonicalId(asked)}`);
  const group = groupFor(definition, app, known);
  const from = app?.id ?? onlyOne(group, known);
  if (typeof from === 'object') return from;
  if (from === undefined) return { group };
  const other = groupOf(from, known);
  // In two groups they would stand in two backends: no share would mean anything, and the old app would be ended under its traffic.
  if (other !== undefined && other !== group)
    return refuse('REFUSED', `${from} is in the deployment group ${other}, and the new app in ${group}: they share no traffic`);
  return whyNotReplaced(group, from, known) ?? { group, from };
};
