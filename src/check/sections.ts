import type { Desired } from '../desired/desired.ts';
import type { Diagnostic } from '../haproxy/diagnostics.ts';

/** One service port of an app. */
export interface Owner {
  readonly appId: string;
  readonly portIndex: number;
}

const SECTION = /^(global|defaults|frontend|backend|listen)(?:\s+(\S+))?/;

/** Name of the section that the line (from 1) is in: of a frontend, backend or defaults. */
const sectionAt = (lines: readonly string[], line: number): string | undefined => {
  for (let at = Math.min(line, lines.length) - 1; at >= 0; at -= 1) {
    const found = SECTION.exec(lines[at] ?? '');
    if (found !== null) return found[2];
  }
  return undefined;
};

/** Section -> the ports that it was made for. `owners`: by name of their backend. A profile is of all that use it. */
export const ownersBySection = (desired: Desired, owners: ReadonlyMap<string, Owner>): ReadonlyMap<string, readonly Owner[]> => {
  const sections = new Map<string, Owner[]>();
  const add = (section: string, backend: string): void => {
    const owner = owners.get(backend);
    if (owner === undefined) return;
    const known = sections.get(section);
    if (known === undefined) sections.set(section, [owner]);
    else if (!known.includes(owner)) known.push(owner);
  };
  for (const { name, profile } of desired.backends.values()) {
    add(name, name);
    add(profile.name, name);
  }
  for (const { name, routes } of desired.frontends.values())
    for (const route of routes) if (route.kind === 'always') add(name, route.backend);
  return sections;
};

/** The ports that a complaint of HAProxy is about; none where it is about something that all share. */
export const ownersOf = (
  { line, proxy }: Pick<Diagnostic, 'line' | 'proxy'>,
  lines: readonly string[],
  sections: ReadonlyMap<string, readonly Owner[]>,
): readonly Owner[] => {
  const section = line === undefined ? undefined : sectionAt(lines, line);
  return (section === undefined ? undefined : sections.get(section)) ?? (proxy === undefined ? undefined : sections.get(proxy)) ?? [];
};
