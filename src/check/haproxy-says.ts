import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Globals } from '../desired/desired.ts';
import type { BuildOptions } from '../desired/options.ts';
import { checkConfig } from '../haproxy/check.ts';
import { ConfigRefused, describeDiagnostic, type Diagnostic } from '../haproxy/diagnostics.ts';
import { StartStates } from '../haproxy/start-states.ts';
import type { Problem } from '../kit/problem.ts';
import type { AppEntry } from '../model/model.ts';
import { certificatesFor } from '../reconcile/certificate.ts';
import { Picture } from '../reconcile/picture.ts';
import { Renderer } from '../render/renderer.ts';
import type { Templates } from '../render/templates.ts';
import { type Owner, ownersBySection, ownersOf } from './sections.ts';

/** A HAProxy to ask, and what its files are made with. */
export interface Asking {
  /** Path of the program. */
  readonly binary: string;
  readonly templates: Templates;
  readonly options: BuildOptions;
  readonly globals: Globals;
}

export interface Said {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** HAProxy may stop at the first fault of a kind: without the apps it complained of it is asked again, so many times at most. */
const MOST_RUNS = 20;

const backendOwners = (picture: Picture): ReadonlyMap<string, Owner> =>
  new Map(
    [...picture.model.apps.keys()].flatMap((appId) =>
      picture
        .fates(appId)
        .flatMap((fate): [string, Owner][] => (fate.kind === 'taken' ? [[fate.backend, { appId, portIndex: fate.index }]] : [])),
    ),
  );

/** What a complaint says, for each port that it is about; [] where it is about none. */
type Blame = (diagnostic: Diagnostic) => readonly Problem[];

const blameIn = (picture: Picture, config: string): Blame => {
  const sections = ownersBySection(picture.desired, backendOwners(picture));
  const lines = config.split('\n');
  return (diagnostic) =>
    ownersOf(diagnostic, lines, sections).map((owner) => ({
      ...owner,
      message: `HAProxy says: ${diagnostic.message.split('\n')[0] ?? ''}`,
    }));
};

/** Writes what HAProxy would load; gives the text of haproxy.cfg. */
const write = async (folder: string, picture: Picture, templates: Templates): Promise<string> => {
  const files = new Renderer(templates).render(picture.desired, picture.fingerprint);
  for (const { path, bytes } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return files.find(({ path }) => path === 'haproxy.cfg')?.bytes.toString() ?? '';
};

const ofNobody = (diagnostic: Diagnostic): Problem => ({
  appId: '',
  message: `HAProxy says, and of no app: ${describeDiagnostic(diagnostic)}`,
});

const askOnce = async (folder: string, entries: readonly AppEntry[], asking: Asking): Promise<Said> => {
  const picture = new Picture(asking.options, asking.globals);
  picture.take({ kind: 'snapshot', entries, keep: new Set() });
  const blame = blameIn(picture, await write(folder, picture, asking.templates));
  try {
    const warnings = await checkConfig(asking.binary, join(folder, 'haproxy.cfg'));
    return { problems: [], warnings: warnings.flatMap(blame) };
  } catch (error) {
    if (!(error instanceof ConfigRefused)) throw error;
    const alerts = error.diagnostics.filter(({ severity }) => severity === 'alert');
    const blamed = alerts.flatMap(blame);
    // Without those apps it may be found that the others are in order: then there is nobody else to blame.
    if (blamed.length > 0) return { problems: blamed, warnings: [] };
    const unexplained = { appId: '', message: error.message };
    return { problems: alerts.length === 0 ? [unexplained] : alerts.map(ofNobody), warnings: [] };
  }
};

const askIn = async (folder: string, entries: readonly AppEntry[], given: Asking): Promise<Said> => {
  await new StartStates(folder).clear();
  const certificates = given.options.bindHttpHttps ? await certificatesFor(given.options.certificates, folder) : [];
  const asking = { ...given, options: { ...given.options, certificates }, globals: { ...given.globals, runDir: folder } };
  const problems: Problem[] = [];
  let left = entries;
  for (let run = 0; run < MOST_RUNS; run += 1) {
    const said = await askOnce(folder, left, asking);
    problems.push(...said.problems);
    const blamed = new Set(said.problems.map(({ appId }) => appId));
    if (said.problems.length === 0 || blamed.has('')) return { problems, warnings: said.warnings };
    left = left.filter(({ app }) => !blamed.has(app.id));
  }
  const message = `HAProxy was asked ${MOST_RUNS} times, and each time it found something else: correct what it found, and check again`;
  return { problems: [...problems, { appId: '', message }], warnings: [] };
};

/** What `haproxy -c` says of a configuration with these apps, by the ports that it is about. Nothing is left on disk. */
export const haproxySays = async (entries: readonly AppEntry[], asking: Asking): Promise<Said> => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-check-'));
  try {
    return await askIn(folder, entries, asking);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
