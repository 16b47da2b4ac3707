import { isDeeperThan } from '../kit/depth.ts';
import type { App } from '../model/app.ts';
import { deploymentGroup } from '../labels/deployment.ts';
import { canonicalId, whyNoAppId } from './app-id.ts';
import type { Book } from './book.ts';
import { asDefinition, DEEPEST_DEFINITION, type Definition, groupIn } from './definition.ts';
import { bounded } from './edits/bounded.ts';
import { type Carrier, whyNotCarried } from './edits/carrier.ts';
import { type Edit, refuse, type Refusal, withKey } from './edits/edit.ts';
import type { Member } from './members.ts';
import { split } from './moves.ts';
import { shareAt } from './needed.ts';
import { withHistory } from './noted.ts';
import { DEFAULT_OPTIONS, wrongSteps } from './options.ts';
import { prepare } from './prepare.ts';
import { whyTooLarge } from './room.ts';
import type { Rollout, RolloutOptions } from './rollout.ts';
import type { Signed } from './signed.ts';
import { whyStranger } from './strangers.ts';

/** What somebody asks for at the start. */
export interface Start {
  readonly definition: Definition;
  /** App id; absent: what serves the group. */
  readonly from?: string | undefined;
  readonly options: Partial<RolloutOptions>;
  readonly signed: Signed;
  /** Of the rollout. */
  readonly id: string;
}

/** Which app a rollout takes the place of. */
export interface Origin {
  readonly group: string;
  /** Absent: none, it is the first. */
  readonly from?: string;
}

interface Known {
  readonly apps: ReadonlyMap<string, { readonly app: App }>;
  /** Group -> its apps. */
  readonly members: ReadonlyMap<string, readonly Member[]>;
  readonly book: Book;
}

/** What the first write needs to know besides the book. */
export interface AtStart extends Omit<Known, 'book'> {
  /** Backends of the old app: until it is gone its definition counts. */
  readonly carriers: readonly Carrier[];
}

/** The group that an app is in now. */
const groupOf = (appId: string, { members }: Known): string | undefined =>
  [...members].find(([, ofGroup]) => ofGroup.some((member) => member.appId === appId))?.[0];

/** The group that a definition says, else that of the old app, else its id. */
const groupFor = (definition: Definition, from: App | undefined, known: Known): string =>
  groupIn(definition) ?? (from === undefined ? undefined : (groupOf(from.id, known) ?? from.id)) ?? canonicalId(String(definition['id']));

/** One after the other. */
const whyNotNow = (group: string, { rollouts }: Book): Refusal | undefined => {
  const before = rollouts.get(group);
  if (before === undefined || before.state.phase === 'ended') return undefined;
  if (before.state.phase === 'keeping')
    return refuse(
      'ROLLOUT_RUNS',
      `${before.from ?? ''} is still kept after the last rollout of ${group}: promote ends that, undo goes back`,
    );
  return refuse('ROLLOUT_RUNS', `a rollout of ${group} runs already: it is ${before.state.phase}`);
};

/** The app of the group's id does not say itself that it is in a group: who says that he is in it stays outside, unless the book names him. */
const isItsOwn = (group: string, { apps }: Pick<Known, 'apps'>): boolean => {
  const app = apps.get(group)?.app;
  return app !== undefined && deploymentGroup(app) === undefined;
};

const isNamed = (appId: string, group: string, { shares }: Book): boolean => {
  const { shares: byApp = {}, closed = [] } = shares.get(group) ?? {};
  return byApp[appId] !== undefined || closed.includes(appId);
};

/** Those who share the group's traffic, or will. */
const othersIn = (group: string, { apps, members }: Pick<Known, 'apps' | 'members'>, book: Book): readonly string[] => {
  const ids = (members.get(group) ?? []).map(({ appId }) => appId);
  return isItsOwn(group, { apps }) ? ids.filter((appId) => isNamed(appId, group, book)) : ids;
};

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

const countOf = (definition: Definition): number | undefined => {
  const { instances } = definition;
  return typeof instances === 'number' ? instances : undefined;
};

const optionsOf = ({ definition, options }: Start, old: Definition | undefined): RolloutOptions => ({
  ...DEFAULT_OPTIONS,
  instances: Math.max(1, (old === undefined ? undefined : countOf(old)) ?? countOf(definition) ?? 1),
  ...options,
  // Nobody shares with the first one.
  ...(old === undefined ? { steps: [100] } : {}),
});

/** @param old the app that is replaced, as Marathon tells it */
export const newRollout = (
  start: Start,
  origin: Origin,
  old: { readonly app: App; readonly told: Definition } | undefined,
): Rollout | Refusal => {
  const { signed } = start;
  if (typeof start.definition['id'] !== 'string' || canonicalId(start.definition['id']) === '/')
    return refuse('BAD_REQUEST', 'the definition must have an id');
  if ([start.definition, old?.told].some((definition) => isDeeperThan(DEEPEST_DEFINITION, definition)))
    return refuse('BAD_REQUEST', `no definition may be nested more than ${DEEPEST_DEFINITION} deep`);
  const wrong = wrongSteps(start.options.steps ?? [100]);
  if (wrong !== undefined) return refuse('BAD_REQUEST', wrong);
  const options = optionsOf(start, old?.told);
  const { id: to, definition } = prepare(start.definition, {
    group: origin.group,
    from: old?.app,
    instances: options.instances,
    at: signed.at,
  });
  const whyNoId = whyNoAppId(to);
  if (whyNoId !== undefined) return refuse('BAD_REQUEST', whyNoId);
  if (groupIn(definition) !== origin.group) return refuse('BAD_REQUEST', `${origin.group} is too long for the name of a deployment group`);
  const rollout: Rollout = {
    id: start.id,
    ...origin,
    to,
    definitions: { [to]: definition, ...(old === undefined ? {} : { [old.app.id]: asDefinition(old.told) }) },
    options,
    started: signed,
    state: { phase: 'preparing', step: 0, since: signed.at, atRevision: 0, draining: {}, gates: [] },
    history: [],
  };
  const tooLarge = whyTooLarge(rollout.definitions);
  if (tooLarge !== undefined) return refuse('BAD_REQUEST', tooLarge);
  const what = `started by ${signed.by}: ${to} ${origin.from === undefined ? 'is the first' : `takes the place of ${origin.from}`}`;
  return withHistory(rollout, [what], signed);
};

/** A step that load balancing cannot keep would be none, or all at once. */
const whyNoSteps = (rollout: Rollout, carriers: readonly Carrier[]): Refusal | undefined => {
  const { splitBy, steps } = rollout.options;
  const shares = steps.map((_, step) => split(rollout, shareAt(rollout, step)));
  return shares.map((each) => whyNotCarried(carriers, { shares: each, splitBy })).find((why) => why !== undefined);
};

const whyNot = (rollout: Rollout, { apps, members, carriers }: AtStart, book: Book): Refusal | undefined => {
  const { group, to, from } = rollout;
  const running = whyNotNow(group, book);
  if (running !== undefined) return running;
  if (apps.has(to)) return refuse('REFUSED', `${to} is there already: delete it, or give --from ${to} to replace it`);
  const others = othersIn(group, { apps, members }, book).filter((appId) => appId !== from && appId !== to);
  if (others.length > 0) return refuse('REFUSED', `${others.join(', ')} are in ${group} besides ${from ?? ''}: end them first`);
  return whyNoSteps(rollout, carriers);
};

const beginning =
  (rollout: Rollout, known: AtStart): Edit<Rollout> =>
  (book) => {
    const why = whyNot(rollout, known, book);
    if (why !== undefined) return why;
    const { group, options, started } = rollout;
    const shares = {
      ...{ by: started.by, at: started.at, closed: [], splitBy: options.splitBy },
      shares: split(rollout, rollout.from === undefined ? 100 : 0),
      ...(options.preview === undefined ? {} : { preview: options.preview }),
    };
    const value = { ...rollout, state: { ...rollout.state, atRevision: book.revision + 1 } };
    return { book: { ...book, shares: withKey(book.shares, group, shares), rollouts: withKey(book.rollouts, group, value) }, value };
  };

/** Puts the rollout into the book; the old app has all of the group from then on. */
export const begin = (rollout: Rollout, known: AtStart): Edit<Rollout> => bounded('start', beginning(rollout, known));

/** What a rollout would do, in words. */
export const describe = (rollout: Rollout): readonly string[] => {
  const { from, to, options } = rollout;
  const held = options.gates.length === 0 ? 'no gate' : `${options.gates.length} gates`;
  const steps = options.steps.map((_, step) => `share of ${to} ${shareAt(rollout, step)} %, held for ${options.holdSeconds} s, ${held}`);
  const kept = options.keepSeconds > 0 ? [`${from ?? ''} is kept for ${options.keepSeconds} s`] : [];
  return [
    `${to} is made with up to ${options.instances} instances, and waited for until it is UP at every Sluice`,
    ...steps,
    ...(from === undefined ? [] : [...kept, `${from} is drained and deleted`]),
  ];
};
