import { isDeeperThan } from '../kit/depth.ts';
import type { App } from '../model/app.ts';
import { canonicalId, whyNoAppId } from './app-id.ts';
import { asDefinition, DEEPEST_DEFINITION, type Definition, groupIn } from './definition.ts';
import { refuse, type Refusal } from './refusal.ts';
import { withHistory } from './history.ts';
import { DEFAULT_OPTIONS, wrongSteps } from './options.ts';
import type { Origin } from './origin.ts';
import { prepare } from './prepare.ts';
import { whyTooLarge } from './room.ts';
import type { Rollout, RolloutOptions } from './rollout.ts';
import type { Signed } from './signed.ts';
import { wrongShape } from './wrong-shape.ts';

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
  const wrong = wrongShape(start.definition) ?? wrongSteps(start.options.steps ?? [100]);
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
    state: { phase: 'preparing', step: 0, since: signed.at, atRevision: 0 },
    history: [],
  };
  const tooLarge = whyTooLarge(rollout.definitions);
  if (tooLarge !== undefined) return refuse('BAD_REQUEST', tooLarge);
  const what = `started by ${signed.by}: ${to} ${origin.from === undefined ? 'is the first' : `takes the place of ${origin.from}`}`;
  return withHistory(rollout, [what], signed);
};
