import type { Section } from '../render/section.ts';
import type { Diagnostic } from './diagnostics.ts';

/** A section that HAProxy complains of. */
export interface Blame {
  readonly section: Section;
  readonly diagnostic: Diagnostic;
  /** The line of the section, without blanks around it; absent where HAProxy names none. */
  readonly line?: string;
}

export interface Verdict {
  /** The first complaint of each section. */
  readonly blamed: readonly Blame[];
  /** Complaints of lines that all share. */
  readonly shared: readonly Diagnostic[];
  /** Complaints that name neither a line of these files nor a section of an app. */
  readonly unplaced: readonly Diagnostic[];
}

interface Place {
  readonly start: number;
  readonly end: number;
  readonly section: Section;
}

/** HAProxy 2.6 calls this an alert and goes on. */
const ONLY_A_WARNING = /is explicitly referenced by another proxy/;

export const isError = ({ severity, message }: Diagnostic): boolean => severity === 'alert' && !ONLY_A_WARNING.test(message);

/** Where the sections stand in a text that holds some of them; usually one after the other, but a template may put them in another order. */
export const placesIn = (text: string, sections: readonly Section[]): readonly Place[] => {
  const places: Place[] = [];
  let from = 0;
  for (const section of sections) {
    if (section.text === '') continue;
    const next = text.indexOf(section.text, from);
    const start = next < 0 ? text.indexOf(section.text) : next;
    if (start < 0) continue;
    from = start + section.text.length;
    places.push({ start, end: from, section });
  }
  return places;
};

const lineStarts = (text: string): readonly number[] => {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
};

/** A file that HAProxy was given, and the sections in it. */
export interface CheckedFile {
  readonly text: string;
  readonly sections: readonly Section[];
}

type Spot = Pick<Blame, 'section' | 'line'>;

/** The section that a line is in; undefined: what all share. Lines are counted from 1. */
const spotsIn = ({ text, sections }: CheckedFile): ((line: number) => Spot | undefined) => {
  const places = placesIn(text, sections);
  const starts = lineStarts(text);
  return (line) => {
    const start = starts[line - 1] ?? text.length;
    const place = places.find((candidate) => candidate.start <= start && start < candidate.end);
    return place && { section: place.section, line: text.slice(start, starts[line]).trim() };
  };
};

/** A frontend may have the name of its backend: then the backend is meant, unless the message says otherwise. */
const byName = ({ proxy, message }: Diagnostic, sections: readonly Section[]): Section | undefined => {
  if (proxy === undefined) return undefined;
  const named = sections.filter(({ value }) => value.name === proxy);
  const isListener = ({ kind }: Section): boolean => kind === 'listener';
  return (
    (/\bfrontend\s+'/i.test(message) ? named.find(isListener) : undefined) ?? named.find((section) => !isListener(section)) ?? named[0]
  );
};

/** @param files by their names without folder */
const spotter = (files: ReadonlyMap<string, CheckedFile>): ((diagnostic: Diagnostic) => Spot | 'shared' | 'nowhere') => {
  const known = new Map<string, ReturnType<typeof spotsIn>>();
  const all = [...files.values()].flatMap(({ sections }) => sections);
  return (diagnostic) => {
    const { file = '', line } = diagnostic;
    const name = file.split('/').at(-1) ?? '';
    const checked = files.get(name);
    if (checked === undefined || line === undefined) {
      const section = byName(diagnostic, all);
      return section === undefined ? 'nowhere' : { section };
    }
    const spotIn = known.get(name) ?? spotsIn(checked);
    known.set(name, spotIn);
    return spotIn(line) ?? 'shared';
  };
};

/** Whom complaints of HAProxy are about. Pure. `files`: what it was given, by names without folder. */
export const blame = (diagnostics: readonly Diagnostic[], files: ReadonlyMap<string, CheckedFile>): Verdict => {
  const spotOf = spotter(files);
  const blamed = new Map<Section, Blame>();
  const shared: Diagnostic[] = [];
  const unplaced: Diagnostic[] = [];
  for (const diagnostic of diagnostics.filter(isError)) {
    const spot = spotOf(diagnostic);
    if (spot === 'shared') shared.push(diagnostic);
    else if (spot === 'nowhere') unplaced.push(diagnostic);
    else if (!blamed.has(spot.section)) blamed.set(spot.section, { ...spot, diagnostic });
  }
  return { blamed: [...blamed.values()], shared, unplaced };
};
