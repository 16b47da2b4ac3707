import { reservedPorts } from '../desired/shared-frontends.ts';
import type { Problem } from '../kit/problem.ts';
import type { AppEntry } from '../model/model.ts';
import { checkApps, type CheckOptions, inOrder } from './check-apps.ts';
import { portsInLabels } from './complete.ts';
import type { Definition } from './definitions.ts';
import { entriesOf } from './entries.ts';

interface Checked {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** How many were checked. */
  readonly apps: number;
}

const portsOf = ({ app }: AppEntry): readonly number[] => [
  ...app.ports.map(({ servicePort }) => servicePort),
  ...portsInLabels(app.labels),
];

/** Definitions without an id are apps too. */
const countApps = (definitions: readonly Definition[]): number =>
  new Set(definitions.map(({ appId }, index) => (appId === '' ? `${index}` : appId))).size;

/** What is wrong with the definitions of some files. `existing`: the apps that run already. */
export const checkDefinitions = async (
  files: readonly (readonly Definition[])[],
  existing: readonly AppEntry[],
  options: CheckOptions,
): Promise<Checked> => {
  const definitions = files.flat();
  const reserved = [...reservedPorts(options.options).keys(), ...existing.flatMap(portsOf)];
  const { entries, problems, warnings } = entriesOf(definitions, reserved, new Date().toISOString());
  const found = await checkApps(entries, existing, options);
  return {
    problems: inOrder([...problems, ...found.problems]),
    warnings: inOrder([...warnings, ...found.warnings]),
    apps: countApps(definitions),
  };
};
