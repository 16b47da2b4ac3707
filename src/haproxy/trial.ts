import type { RenderedFile } from '../render/file.ts';
import type { Section } from '../render/section.ts';
import { type CheckedFile, placesIn } from './blame.ts';

/** HAProxy reads a file up to its fiftieth error, and each of them by itself. */
const SECTIONS_A_FILE = 10;

/** Files for a check of some sections alone. */
export interface Trial {
  readonly files: readonly RenderedFile[];
  /** By their names. */
  readonly checked: ReadonlyMap<string, CheckedFile>;
}

/**
 * Rules of an app need a frontend around them, and what leads to backends the names that its other side has given. They may be the last of a file: HAProxy
 * refuses one whose last line does not end.
 */
const textAlone = (section: Section, all: readonly Section[]): string => {
  if (section.kind !== 'block') return section.text;
  const { value, side, text } = section;
  const isRules = (other: Section): boolean => other.kind === 'block' && other.side === 'rules' && other.value.name === value.name;
  const names = side === 'rules' ? '' : (all.find(isRules)?.text ?? '');
  return `frontend trial_${value.frontend}_${side}_${value.backend} from sluice\n  mode http\n${names}\n${text}\n`;
};

const nameOf = (index: number): string => `${String(index).padStart(6, '0')}.cfg`;

/** A block names its backend and no other: what an app may write is held to that. */
const leadsTo = (section: Section): readonly string[] => {
  if (section.kind === 'block') return [section.value.backend];
  if (section.kind !== 'listener') return [];
  return section.value.routes.flatMap((route) => (route.kind === 'always' ? [route.backend] : []));
};

const backendsOf = (sections: Iterable<Section>): ReadonlySet<string> => new Set([...sections].flatMap((section) => leadsTo(section)));

/** What is left of these when some are left out: a backend goes with its profile, a listener with its backend. */
export const withoutThese = (sections: readonly Section[], left: ReadonlySet<Section>): readonly Section[] => {
  const namesOf = (kind: Section['kind'], among: Iterable<Section>): ReadonlySet<string> =>
    new Set([...among].flatMap((section) => (section.kind === kind ? [section.value.name] : [])));
  const profiles = namesOf('profile', left);
  const goes = (section: Section): boolean => left.has(section) || (section.kind === 'backend' && profiles.has(section.value.profile.name));
  const backends = namesOf('backend', [...left, ...sections.filter(goes)]);
  const blocks = new Set([...left].flatMap((section) => (section.kind === 'block' ? [section.value.name] : [])));
  const isOtherSide = (section: Section): boolean => section.kind === 'block' && blocks.has(section.value.name);
  return sections.filter(
    (section) => !goes(section) && !isOtherSide(section) && ![...backendsOf([section])].some((name) => backends.has(name)),
  );
};

/** What these cannot do without: a backend its profile, a listener its backend. In the order of `all`. */
const withNeeded = (wanted: readonly Section[], all: readonly Section[]): readonly Section[] => {
  const kept = new Set(wanted);
  const keep = (kind: Section['kind'], names: ReadonlySet<string>): void => {
    for (const section of all) if (section.kind === kind && names.has(section.value.name)) kept.add(section);
  };
  keep('backend', backendsOf(kept));
  keep('profile', new Set([...kept].flatMap((section) => (section.kind === 'backend' ? [section.value.profile.name] : []))));
  return all.filter((section) => kept.has(section));
};

/**
 * Some sections with what they need, a few in each file. Pure.
 * @param shared the files of a configuration without any section of an app
 * @param all sections that there are
 */
export const trialOf = (wanted: readonly Section[], all: readonly Section[], shared: readonly RenderedFile[]): Trial => {
  const sections = withNeeded(wanted, all);
  const groups = Array.from({ length: Math.ceil(sections.length / SECTIONS_A_FILE) }, (_, at) =>
    sections.slice(at * SECTIONS_A_FILE, (at + 1) * SECTIONS_A_FILE),
  );
  const base = shared.map(({ path, bytes }) => ({ path: path === 'haproxy.cfg' ? nameOf(0) : path, bytes }));
  const checked = new Map<string, CheckedFile>([
    [nameOf(0), { text: '', sections: [] }],
    ...groups.map((group, at): [string, CheckedFile] => [
      nameOf(at + 1),
      { text: group.map((section) => textAlone(section, all)).join('\n'), sections: group },
    ]),
  ]);
  const own = [...checked].slice(1).map(([path, { text }]) => ({ path, bytes: Buffer.from(text) }));
  return { files: [...base, ...own], checked };
};

/** A configuration as it is, but for some sections. Pure. */
export const filesWithout = (
  files: readonly RenderedFile[],
  all: readonly Section[],
  left: ReadonlySet<Section>,
): readonly RenderedFile[] =>
  files.map(({ path, bytes }) => {
    if (path !== 'haproxy.cfg') return { path, bytes };
    const text = bytes.toString();
    let made = '';
    let from = 0;
    for (const { start, end, section } of placesIn(text, all).toSorted((a, b) => a.start - b.start)) {
      if (!left.has(section)) continue;
      made += text.slice(from, start);
      from = end;
    }
    return { path, bytes: Buffer.from(made + text.slice(from)) };
  });
