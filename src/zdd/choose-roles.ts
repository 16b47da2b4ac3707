import { compare } from '../kit/compare.ts';
import { DEPLOYMENT_LABEL } from '../labels/deployment.ts';
import { deploymentLabel, type Definition } from './app.ts';
import { ZDD_EXIT, ZddError } from './exits.ts';
import type { ZddOptions } from './options.ts';
import { readStartedAt } from './started-at.ts';

/** Two apps of which one takes the place of the other. */
export interface Roles {
  readonly kind: 'swap';
  readonly freshId: string;
  readonly oldId: string;
  readonly goal: Goal;
}

/** Where it is to end. */
export interface Goal {
  /** So many instances of the new app. */
  readonly target: number;
  /** So many are there of both together, as the balancer counts: those above are drained. */
  readonly counted: number;
  /** So many of the new app beside the old one, and no more; 0: the old one goes. */
  readonly beside: number;
  /** So many are added at a time; 0: half as many again each time. */
  readonly linearIncrease: number;
  /** Back to an app that was there before. */
  readonly isBack: boolean;
}

/** There is nothing of this group, or one app: a new one is created. */
export interface Create {
  readonly kind: 'create';
  readonly last: Definition | undefined;
}

/** Oldest first; of two of one time that with the later id is the older one, as the balancer has it. */
const byAge = (apps: readonly Definition[]): readonly Definition[] =>
  apps
    .map((app) => ({ app, at: readStartedAt(deploymentLabel(app, 'startedAt')) }))
    .sort((a, b) => (a.at === b.at ? compare(b.app.id, a.app.id) : a.at < b.at ? -1 : 1))
    .map(({ app }) => app);

const countIn = (app: Definition, name: 'targetInstances' | 'newInstances'): number => {
  const text = deploymentLabel(app, name) ?? '';
  if (/^\d{1,7}$/.test(text)) return Number(text);
  throw new ZddError(ZDD_EXIT.field, `${app.id}: ${DEPLOYMENT_LABEL[name]} is '${text}' and must be a number: zdd did not create this app`);
};

/** An app that zdd has just created or that is there, and the one whose place it takes. */
export const rolesOf = (fresh: Definition, old: Definition, isBack: boolean, beside: number, { linearIncrease }: ZddOptions): Roles => {
  const counted = countIn(fresh, 'targetInstances');
  // Back to an app that was scaled since it was created: what it had last stands in the label of the one that came after it.
  const target = isBack ? Math.max(counted, countIn(old, 'targetInstances')) : counted;
  return { kind: 'swap', freshId: fresh.id, oldId: old.id, goal: { target, counted, beside, linearIncrease, isBack } };
};

const names = (apps: readonly Definition[]): string => apps.map(({ id }) => id).join(' and ');

/**
 * What there is to do for this group.
 * @param apps those of the group
 * @throws ZddError `arguments` where there is nothing to complete, `failed` where it must be said which way to go
 */
export const chooseRoles = (apps: readonly Definition[], options: ZddOptions): Create | Roles => {
  const there = byAge(apps);
  const [older, newer] = there.slice(-2);
  if (older === undefined || newer === undefined) {
    if (options.found !== 'complete current' && options.found !== 'complete previous') return { kind: 'create', last: older };
    const found = older === undefined ? 'none' : `only ${older.id}`;
    throw new ZddError(ZDD_EXIT.arguments, `--complete-cur and --complete-prev need two apps of the group, and there is ${found}`);
  }
  switch (options.found) {
    case 'complete current':
      return rolesOf(newer, older, false, 0, options);
    case 'complete previous':
      return rolesOf(older, newer, true, 0, options);
    case 'resume':
      return rolesOf(newer, older, false, countIn(newer, 'newInstances'), options);
    case 'refuse':
      throw new ZddError(
        ZDD_EXIT.failed,
        `a deployment is under way, or was left: ${names(there)} are there. Go on with --resume, end it with --complete-cur, go back with --complete-prev`,
      );
  }
};
