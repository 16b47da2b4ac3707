import { type Definition, deploymentLabel } from './app.ts';
import { chooseRoles, type Create, type Roles, rolesOf } from './choose-roles.ts';
import { ZDD_EXIT, ZddError } from './exits.ts';
import type { ZddOptions } from './options.ts';
import { prepareApp } from './prepare-app.ts';
import { Walk, type Way } from './walk.ts';
import { countOf } from './words.ts';

const sorted = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** As Python prints it: sorted, two blanks, ASCII. */
const asPrinted = (app: Definition): string =>
  JSON.stringify(app, sorted, 2).replaceAll(/[^\n\x20-\x7e]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);

interface Deployment {
  readonly definition: Definition;
  readonly options: ZddOptions;
  readonly way: Way;
  /** Standard output. */
  readonly print: (text: string) => void;
}

/** @returns the roles of the two apps; undefined: there is nothing more to do */
const create = async ({ last }: Create, { definition, options, way, print }: Deployment): Promise<Roles | undefined> => {
  const app = prepareApp(definition, last, options, new Date());
  print(asPrinted(app));
  if (options.dryRun) return undefined;
  // Before anything is changed: without the balancers it could not be gone on with.
  if (last !== undefined) await way.balancers.look(way.signal);
  const [what, where] = [`creates ${app.id} with ${countOf(app.instances, 'instance')}`, last === undefined ? '' : ` beside ${last.id}`];
  if (!(await way.confirm(what + where))) throw new ZddError(ZDD_EXIT.declined, 'nothing was created, as you say');
  way.say(what + where);
  await way.marathon.create(app);
  const beside = Number(deploymentLabel(app, 'newInstances'));
  return last === undefined ? undefined : rolesOf(app, last, false, beside, options);
};

/** @returns the same roles; undefined: nothing is to be done */
const takeUp = async (roles: Roles, { options, way }: Deployment): Promise<Roles | undefined> => {
  const { freshId, oldId, goal } = roles;
  const wanted =
    goal.beside === 0
      ? `takes the place of ${oldId} with ${countOf(goal.target, 'instance')}`
      : `gets ${countOf(goal.beside, 'instance')} beside ${oldId}`;
  way.say(`${freshId} ${wanted}${options.dryRun ? ': nothing is changed now' : ''}`);
  if (options.dryRun) return undefined;
  await way.balancers.look(way.signal);
  return roles;
};

/**
 * All of `sluice zdd`: a first app is created, a second one takes the place of the first step by step, and what was left half done is gone on with.
 * @throws ZddError
 */
export const deploy = async (deployment: Deployment): Promise<void> => {
  const { definition, options, way } = deployment;
  let roles: Roles | undefined;
  try {
    const there = await way.marathon.group(deploymentLabel(definition, 'group') ?? '', way.signal);
    const found = chooseRoles(there, options);
    roles = found.kind === 'create' ? await create(found, deployment) : await takeUp(found, deployment);
  } catch (error) {
    if (!way.signal.aborted) throw error;
    throw new ZddError(ZDD_EXIT.stopped, `stopped by ${String(way.signal.reason)}: nothing was changed`);
  }
  if (roles !== undefined) await new Walk(roles, way, options).run();
};
