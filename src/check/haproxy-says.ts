import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Globals } from '../desired/desired.ts';
import type { BuildOptions } from '../desired/options.ts';
import type { Refusal } from '../desired/refusal.ts';
import { CheckEndless, checkConfig } from '../haproxy/check.ts';
import { ConfigRefused, describeDiagnostic } from '../haproxy/diagnostics.ts';
import { StartStates } from '../haproxy/start-states.ts';
import { messageOf, SluiceError } from '../kit/error.ts';
import type { Problem } from '../kit/problem.ts';
import type { AppEntry } from '../model/model.ts';
import { Isolation } from '../isolation/isolation.ts';
import type { Rendered } from '../isolation/rendered.ts';
import { Picture } from '../picture/picture.ts';
import { refusalOf, refusalOfTemplate } from '../isolation/refusal-words.ts';
import type { RenderedFile } from '../render/file.ts';
import { Renderer, sharedOnly } from '../render/renderer.ts';
import type { Templates } from '../render/templates.ts';
import { certificatesFor } from '../startup/certificate.ts';

/** A HAProxy to ask, and what its files are made with. */
export interface Asking {
  /** Path of the program. */
  readonly binary: string;
  readonly templates: Templates;
  readonly options: BuildOptions;
  readonly globals: Globals;
}

/** What is refused by itself is left out and the rest asked again, so many times at most. */
const MOST_ROUNDS = 10;

/** One try: everybody is served, or who is to be left out, or why nobody can be named. */
type Outcome = { readonly kind: 'taken' } | { readonly kind: 'refused'; readonly refusals: readonly Refusal[]; readonly because: string };

/** Apps as a running Sluice would give them to HAProxy, in a folder of their own. */
class Trial {
  readonly picture: Picture;
  readonly #folder: string;
  readonly #binary: string;
  readonly #renderer: Renderer;
  readonly #isolation: Isolation;
  #checks = 0;

  constructor(folder: string, entries: readonly AppEntry[], { binary, templates, options, globals }: Asking) {
    this.#folder = folder;
    this.#binary = binary;
    this.#renderer = new Renderer(templates);
    this.#isolation = new Isolation(async (files, limitMs) => this.#check(files, limitMs));
    this.picture = new Picture(options, globals);
    this.picture.take({ kind: 'snapshot', entries, keep: new Set() });
  }

  async round(): Promise<Outcome> {
    try {
      const rendered = this.#render();
      return await this.#give(rendered);
    } catch (error) {
      if (!(error instanceof SluiceError) || error.code !== 'TEMPLATE') throw error;
      const failed = this.#renderer.unrenderable(this.picture.desired);
      return {
        kind: 'refused',
        refusals: failed.map(([source, because]) => refusalOfTemplate(source, because)),
        because: messageOf(error),
      };
    }
  }

  async #give(rendered: Rendered): Promise<Outcome> {
    try {
      await this.#check(rendered.files);
      return { kind: 'taken' };
    } catch (error) {
      if (!(error instanceof ConfigRefused || error instanceof CheckEndless)) throw error;
      const alerts = error instanceof ConfigRefused ? error.diagnostics.filter(({ severity }) => severity === 'alert') : [];
      const refusals = (await this.#isolation.find(error, rendered)).map(refusalOf);
      return { kind: 'refused', refusals, because: alerts.map(describeDiagnostic).join('; ') || error.message };
    }
  }

  #render(): Rendered {
    const { desired, fingerprint } = this.picture;
    return {
      files: this.#renderer.render(desired, fingerprint),
      sections: this.#renderer.sections(desired),
      shared: () => this.#renderer.render(sharedOnly(desired), fingerprint),
    };
  }

  async #check(files: readonly RenderedFile[], limitMs?: number): Promise<void> {
    this.#checks += 1;
    const folder = join(this.#folder, String(this.#checks));
    for (const { path, bytes } of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), bytes);
    }
    await checkConfig(this.#binary, folder, undefined, limitMs);
  }
}

const ofNobody = (because: string): Problem => ({
  appId: '',
  message: `HAProxy refuses the configuration, and not for an app: ${because}`,
});

const keyOf = (problem: Problem): string => JSON.stringify(problem);

const askIn = async (folder: string, entries: readonly AppEntry[], given: Asking): Promise<readonly Problem[]> => {
  await new StartStates(folder).clear();
  const certificates = given.options.bindHttpHttps
    ? await certificatesFor(given.options.certificates === 'list' ? [] : given.options.certificates, folder)
    : [];
  const asking = { ...given, options: { ...given.options, certificates }, globals: { ...given.globals, runDir: folder } };
  const trial = new Trial(folder, entries, asking);
  const known = new Set(trial.picture.problems().map(keyOf));
  const found = (): readonly Problem[] => trial.picture.problems().filter((problem) => !known.has(keyOf(problem)));
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const outcome = await trial.round();
    if (outcome.kind === 'taken') return found();
    if (outcome.refusals.length === 0) return [...found(), ofNobody(outcome.because)];
    trial.picture.refuse(outcome.refusals);
  }
  return [...found(), ofNobody('it was asked often, and each time it found something else: correct what it found, and check again')];
};

/** What HAProxy would refuse of these apps, in the words of a running Sluice. Nothing is left on disk. */
export const haproxySays = async (entries: readonly AppEntry[], asking: Asking): Promise<readonly Problem[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-check-'));
  try {
    return await askIn(folder, entries, asking);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
