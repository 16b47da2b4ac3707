import { copyOf, namesIn, ownerOf } from '../desired/certificate-names.ts';
import type { HostTls } from '../desired/host-tls.ts';

/** Path in the generation -> bytes. */
type Files = ReadonlyMap<string, Buffer>;

/** One line of the list. */
interface Line {
  readonly name: string;
  readonly options: string;
  /** Names that it is for; empty: those that the certificate holds. */
  readonly hosts: readonly string[];
}

/** Looked for each second, in thousands of certificates. */
const known = new WeakMap<Buffer, readonly string[]>();

const namesOf = (pem: Buffer): readonly string[] => {
  const names = known.get(pem) ?? namesIn(pem);
  known.set(pem, names);
  return names;
};

/** '*.example' is for a.example, and not for a.b.example. */
const covers = (name: string, host: string): boolean => name.startsWith('*.') && host.slice(host.indexOf('.')) === name.slice(1);

const isFor = (name: string, host: string): boolean => name === host || covers(name, host);

/** A line may have so many names: HAProxy reads 64 kB of one. */
const MOST_HOSTS = 50;

/** That nobody has (RFC 2606): for a line that stands there for its place alone. */
const NOBODY = 'nobody.invalid';

const text = ({ name, options, hosts }: Line): string => [name, ...(options === '' ? [] : [`[${options}]`]), ...hosts].join(' ');

const fits = (name: string, host: string, files: Files): boolean =>
  namesOf(files.get(name) ?? Buffer.from('')).some((one) => isFor(one, host));

/** Certificates of the operator that are for this host, else the default. */
const fitting = (host: string, shared: readonly string[], files: Files): readonly string[] => {
  const found = shared.filter((name) => fits(name, host, files));
  return found.length > 0 ? found : shared.slice(0, 1);
};

/** An app may name authorities, or a list of what they took back: HAProxy would refuse the list as a whole. */
const hasKey = (name: string, files: Files): boolean =>
  [name, `${name}.key`].some((path) => files.get(path)?.includes('PRIVATE KEY-----') === true);

/** What an app names may be no certificate: then it holds no name. */
const isCertificateFor = (host: string, name: string, files: Files): boolean => {
  try {
    return fits(name, host, files);
  } catch {
    return false;
  }
};

/** Lines of hosts: those with the same certificate and options together. */
const hostLines = (shared: readonly string[], files: Files, hosts: ReadonlyMap<string, HostTls>): readonly Line[] => {
  const together = new Map<string, { readonly name: string; readonly options: string; readonly hosts: string[] }>();
  for (const [host, { certificates, options, mustFit }] of [...hosts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const own = certificates.map(copyOf).filter((name) => hasKey(name, files) && (mustFit !== true || isCertificateFor(host, name, files)));
    // Without either the host is as any other.
    if (own.length === 0 && options === '') continue;
    for (const name of own.length > 0 ? own : fitting(host, shared, files)) {
      const key = `${name} ${options}`;
      const line = together.get(key) ?? { name, options, hosts: [] };
      line.hosts.push(host);
      together.set(key, line);
    }
  }
  return [...together.values()].flatMap((line) =>
    Array.from({ length: Math.ceil(line.hosts.length / MOST_HOSTS) }, (_, part) => ({
      ...line,
      hosts: line.hosts.slice(part * MOST_HOSTS, (part + 1) * MOST_HOSTS),
    })),
  );
};

/**
 * For each name one line, or lines of the same kind: of two HAProxy takes the first, or the one whose kind of key it likes better, also where only that one
 * asks for no certificate of the client.
 */
const withoutOthers = (names: readonly string[], taken: ReadonlySet<string>, own: ReadonlySet<string>): readonly string[] => {
  const rest = names.filter((name) => !taken.has(name) || own.has(name));
  const others = [...taken].filter((host) => !own.has(host) && rest.some((name) => covers(name, host)));
  return [...rest, ...others.map((host) => `!${host}`)];
};

const NONE: ReadonlySet<string> = new Set();

/** The line of one of the operator's; undefined: others have all of its names. The first is the default, whatever its names are. */
const sharedLine = (name: string, isFirst: boolean, files: Files, taken: ReadonlySet<string>): Line | undefined => {
  const names = taken.size === 0 ? [] : namesOf(files.get(name) ?? Buffer.from(''));
  const hosts = withoutOthers(names, taken, NONE);
  if (hosts.length === names.length && !hosts.some((host) => host.startsWith('!'))) return { name, options: '', hosts: [] };
  if (hosts.length > 0) return { name, options: '', hosts };
  return isFirst ? { name, options: '', hosts: [NOBODY] } : undefined;
};

/**
 * The list of what the https frontend serves: the operator's certificates for the names that they hold, and those of hosts for theirs.
 * @param shared those of the operator, in order
 * @param files all that HAProxy is given, those of apps by their copies
 */
export const certificateList = (shared: Files, files: Files, hosts: ReadonlyMap<string, HostTls>): Buffer => {
  const names = [...shared.keys()].filter((path) => ownerOf(path, shared) === path);
  const own = hostLines(names, files, hosts);
  const taken = new Set(own.flatMap((line) => line.hosts));
  const lines = [
    ...names.flatMap((name, index) => sharedLine(name, index === 0, files, taken) ?? []),
    ...own.map((line) => ({ ...line, hosts: withoutOthers(line.hosts, taken, new Set(line.hosts)) })),
  ];
  return Buffer.from(lines.map((line) => `${text(line)}\n`).join(''));
};
