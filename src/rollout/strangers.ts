import { deploymentGroup } from '../labels/deployment.ts';
import type { Problem } from '../kit/problem.ts';
import type { App } from '../model/app.ts';
import type { Model } from '../model/model.ts';
import type { Action } from './action.ts';
import type { Book } from './book.ts';
import { type Definition, groupIn } from './definition.ts';
import type { Facts } from './facts.ts';
import type { Rollout } from './rollout.ts';

/** Apps that a rollout speaks of and that are not of its group: nothing of Marathon's is changed for them, whatever the book says. */

const LABEL = 'HAPROXY_DEPLOYMENT_GROUP';

type Named = Pick<Rollout, 'group' | 'from'>;

/**
 * Why an app is not of the group; undefined: it is. It says so itself, by its label. Only who is replaced may be plain, where its id is the group: each
 * new app is made with the label.
 * @param named the group that its label names
 */
export const whyStranger = ({ group, from }: Named, appId: string, named: string | undefined): string | undefined => {
  if (named === group || (named === undefined && appId === group && appId === from)) return undefined;
  return `${appId} is not of the deployment group ${group}: ${named === undefined ? `it has no label ${LABEL}` : `its label ${LABEL} says ${named}`}`;
};

/** The same of the new app, as Marathon has it. */
export const whyNewIsStranger = (rollout: Rollout, { to }: Facts): string | undefined =>
  to === undefined ? undefined : whyStranger(rollout, rollout.to, to.group);

/** An old app that has left the group takes nothing of what goes to the group: to go back to it would leave that without anybody. */
export const withoutStrangers = (rollout: Rollout, facts: Facts): Facts => {
  const { from } = facts;
  if (from === undefined || rollout.from === undefined || whyStranger(rollout, rollout.from, from.group) === undefined) return facts;
  return { ...facts, from: { ...from, tasks: [] } };
};

/** The new app shares in nothing where somebody else's stands in its place. undefined: it may go on, or is over. */
export const strangerTrouble = (rollout: Rollout, facts: Facts): string | undefined => {
  const { phase, outcome } = rollout.state;
  return phase === 'aborting' || outcome !== undefined ? undefined : whyNewIsStranger(rollout, facts);
};

/** What is made has the id that it is to have, and says itself where it belongs: its definition may have been written by anybody. */
const whyNotMade = (rollout: Rollout, appId: string, definition: Definition): string | undefined =>
  definition['id'] === appId ? whyStranger(rollout, appId, groupIn(definition)) : `the definition of ${appId} has another id`;

const whyNot = (rollout: Rollout, { from, to }: Facts, action: Extract<Action, { readonly appId: string }>): string | undefined => {
  if (action.kind === 'make') return whyNotMade(rollout, action.appId, action.definition);
  return whyStranger(rollout, action.appId, (action.appId === rollout.to ? to : from)?.group);
};

/** The action, or waiting where it would change a stranger. */
export const sparing = (rollout: Rollout, facts: Facts, action: Action): Action => {
  const why = 'appId' in action ? whyNot(rollout, facts, action) : undefined;
  return why === undefined ? action : { kind: 'wait', for: `${why}; nothing is done to it` };
};

const problemOf = (rollout: Rollout, { id, labels }: Pick<App, 'id' | 'labels'>): readonly Problem[] => {
  const why = whyStranger(rollout, id, deploymentGroup({ labels }));
  return why === undefined
    ? []
    : [{ appId: id, label: LABEL, group: rollout.group, message: `${why}; the rollout of ${rollout.group} does nothing to it` }];
};

/** What is told of them while their rollouts run. */
export const strangerProblems = ({ apps }: Pick<Model, 'apps'>, { rollouts }: Book): readonly Problem[] =>
  [...rollouts.values()]
    .filter(({ state }) => state.phase !== 'ended')
    .flatMap((rollout) =>
      [rollout.from, rollout.to].flatMap((id) => apps.get(id ?? '') ?? []).flatMap(({ app }) => problemOf(rollout, app)),
    );
