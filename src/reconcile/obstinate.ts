import type { Desired } from '../desired/desired.ts';
import { backendOfEntry } from '../desired/maps.ts';
import type { Observed, Scope } from '../plan/observed.ts';
import type { Plan, Reason, RuntimeStep } from '../plan/plan.ts';
import { backendSubject, type Subject, subjectOf, subjectOfReason } from '../plan/subject.ts';

interface ObstinateOptions {
  readonly desired: () => Desired;
  /** Reloads that went well so far. */
  readonly reloads: () => number;
  /** Backend -> why it is given up: they are others than before. */
  readonly onChange: (givenUp: ReadonlyMap<string, string>) => void;
}

/** What was tried for one backend or one entry, for as long as the same is wanted of it. */
interface Tries {
  readonly wanted: unknown;
  readonly steps: number;
  /** Reloads for its sake after which it was as before. */
  readonly vainReloads: number;
  readonly reloadsSeen: number;
  readonly words: string;
}

const MOST_STEPS = 6;
const MOST_VAIN_RELOADS = 3;

const isGivenUp = ({ steps, vainReloads }: Tries): boolean => steps >= MOST_STEPS || vainReloads >= MOST_VAIN_RELOADS;

/** Backend that an entry is to lead to. */
const leadsTo = (step: RuntimeStep): string =>
  step.kind === 'add-map-entry' || step.kind === 'set-map-entry' ? (backendOfEntry(step.map, step.key, step.value) ?? '') : '';

const isLookedAt = (subject: Subject, scope: Scope): boolean => {
  if (scope === 'all') return true;
  const [kind, name = '', key = ''] = subject.split(' ');
  return kind === 'backend' ? scope.backends.has(name) : scope.mapKeys.get(name)?.has(key) === true;
};

/**
 * Backends and entries that HAProxy does not make as they should be, whatever it is told. After some tries one is left as it is until something else
 * is wanted of it: it must not cost reload after reload, nor keep anybody waiting.
 */
export class Obstinate {
  readonly #options: ObstinateOptions;
  readonly #tries = new Map<Subject, Tries>();
  #told = '';

  constructor(options: ObstinateOptions) {
    this.#options = options;
  }

  /** The plan without what was given up. */
  without(plan: Plan): Plan {
    if (plan.kind === 'noop' || this.#tries.size === 0) return plan;
    const missing = new Set(
      plan.steps.flatMap((step) => (step.kind === 'add-backend' && this.isGivenUp(step.backend.name) ? [step.backend.name] : [])),
    );
    const steps = plan.steps.filter((step) => !this.#isGivenUp(subjectOf(step)) && !missing.has(leadsTo(step)));
    const because = plan.kind === 'reload' ? plan.because.filter((reason) => !this.#isGivenUp(subjectOfReason(reason))) : [];
    if (because.length > 0) return { kind: 'reload', because, steps };
    return steps.length > 0 ? { kind: 'runtime', steps } : { kind: 'noop' };
  }

  /** HAProxy refused these steps. Gives those that it refuses for the first time: a reload may do what steps do not. */
  refused<T extends { readonly step: RuntimeStep; readonly words: string }>(steps: readonly T[]): readonly T[] {
    const fresh = steps.filter(({ step }) => this.#get(subjectOf(step)) === undefined);
    for (const { step, words } of fresh) this.#add(subjectOf(step), { steps: 1 }, words);
    return fresh;
  }

  /** After its steps HAProxy needs these still. Gives how often that was so, of the one where it was most often. */
  stillNeeded(steps: readonly RuntimeStep[]): number {
    const subjects = new Map(steps.map((step) => [subjectOf(step), step.kind]));
    for (const [subject, kind] of subjects) {
      const { steps: count = 0, words = `it is not as it was told to be (${kind})` } = this.#get(subject) ?? {};
      this.#add(subject, { steps: count + 1 }, words);
    }
    return Math.max(0, ...[...subjects.keys()].map((subject) => this.#get(subject)?.steps ?? 0));
  }

  /** A reload is needed for these reasons. Gives those for whose sake it is worth while: not again and again without effect. */
  worthAReload(because: readonly Reason[]): readonly Reason[] {
    return because.filter((reason) => {
      const subject = subjectOfReason(reason);
      if (subject === undefined) return true;
      const known = this.#get(subject);
      const isVain = known !== undefined && this.#options.reloads() > known.reloadsSeen;
      this.#add(subject, { vainReloads: (known?.vainReloads ?? 0) + (isVain ? 1 : 0) }, known?.words ?? reason.words);
      return !this.#isGivenUp(subject);
    });
  }

  /** As far as it was looked at, this is all that is not as it should be. */
  settled({ scope }: Pick<Observed, 'scope'>, rest: Plan): void {
    const needed = new Set<Subject | undefined>(rest.kind === 'noop' ? [] : rest.steps.map(subjectOf));
    for (const reason of rest.kind === 'reload' ? rest.because : []) needed.add(subjectOfReason(reason));
    for (const [subject, tries] of this.#tries)
      if (this.#isOver(subject, tries) || (isLookedAt(subject, scope) && !needed.has(subject))) this.#tries.delete(subject);
    this.#tell();
  }

  isGivenUp(backend: string): boolean {
    return this.#isGivenUp(backendSubject(backend));
  }

  #isGivenUp(subject: Subject | undefined): boolean {
    const tries = subject === undefined ? undefined : this.#get(subject);
    return tries !== undefined && isGivenUp(tries);
  }

  #wanted(subject: Subject): unknown {
    const { backends, maps } = this.#options.desired();
    const [kind, name = '', key = ''] = subject.split(' ');
    return kind === 'backend' ? backends.get(name) : maps.get(name)?.get(key);
  }

  /** Something else is wanted of it. */
  #isOver(subject: Subject, { wanted }: Tries): boolean {
    return wanted !== this.#wanted(subject);
  }

  #get(subject: Subject): Tries | undefined {
    const tries = this.#tries.get(subject);
    return tries === undefined || this.#isOver(subject, tries) ? undefined : tries;
  }

  #add(subject: Subject, more: Partial<Tries>, words: string): void {
    const before = this.#get(subject) ?? { steps: 0, vainReloads: 0 };
    this.#tries.set(subject, { ...before, ...more, words, wanted: this.#wanted(subject), reloadsSeen: this.#options.reloads() });
    this.#tell();
  }

  #tell(): void {
    const givenUp = new Map(
      [...this.#tries]
        .filter(([, tries]) => isGivenUp(tries))
        .map(([subject, { words }]): [string, string] => [this.#backend(subject), words]),
    );
    const told = JSON.stringify([...givenUp]);
    if (told === this.#told) return;
    this.#told = told;
    this.#options.onChange(givenUp);
  }

  #backend(subject: Subject): string {
    const [kind, name = '', key = ''] = subject.split(' ');
    return kind === 'backend' ? name : (backendOfEntry(name, key, this.#options.desired().maps.get(name)?.get(key)) ?? '');
  }
}
