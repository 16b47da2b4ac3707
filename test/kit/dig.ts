import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** For tests that ask with it. */
export const withDig = { skip: spawnSync('dig', ['-v']).status === 0 ? false : 'dig is not installed: apt-get install dnsutils' };

/** What it prints, without empty lines and with one space where there are several. */
export const dig = async (port: number, ...args: readonly string[]): Promise<readonly string[]> => {
  const child = spawn('dig', ['@127.0.0.1', '-p', String(port), '+nostats', '+nocmd', '+tries=1', '+time=5', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [printed] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return printed
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replaceAll(/\s+/g, ' '));
};

/** An answer as dig prints it; records as 'OWNER TTL IN TYPE DATA', sorted. */
interface Dug {
  readonly answer: readonly string[];
  readonly authority: readonly string[];
  readonly additional: readonly string[];
  /** None: dig had no answer. */
  readonly rcode: string | undefined;
  readonly flags: readonly string[];
  readonly question: readonly string[];
  /** Lines of the pseudo section: EDNS, cookies, errors. */
  readonly edns: readonly string[];
}

const sectionsOf = (lines: readonly string[]): ReadonlyMap<string, readonly string[]> => {
  const sections = new Map<string, string[]>();
  let name = '';
  for (const line of lines) {
    const header = /^;; (?:OPT )?([A-Z]+?) ?SECTION:/.exec(line)?.[1];
    if (header !== undefined) name = header;
    else if (!line.startsWith(';;')) sections.set(name, [...(sections.get(name) ?? []), line]);
  }
  return sections;
};

export const dug = async (port: number, ...args: readonly string[]): Promise<Dug> => {
  const lines = await dig(port, ...args);
  const sections = sectionsOf(lines);
  const records = (name: string): readonly string[] => (sections.get(name) ?? []).toSorted();
  const all = lines.join('\n');
  return {
    rcode: /status: ([A-Z]+)/.exec(all)?.[1],
    flags: /flags: ([a-z ]*);/.exec(all)?.[1]?.split(' ') ?? [],
    question: (sections.get('QUESTION') ?? []).map((line) => line.slice(1)),
    edns: (sections.get('PSEUDO') ?? []).map((line) => line.slice(2)),
    answer: records('ANSWER'),
    authority: records('AUTHORITY'),
    additional: records('ADDITIONAL'),
  };
};
