import { guarded, withOwnAcls } from './condition.ts';
import { type Line, lineText, wordsOf } from './lines.ts';

/**
 * Rules of one app in a frontend that many share. HAProxy asks all `http-request` rules of a frontend before any `use_backend`, and takes `acl` lines of one name
 * for one ACL that any of them makes true. So a block is given ACLs of its own, and its rules requests of its own hosts alone.
 */

/** As routes are looked up: without port, in lower case, without the dot at the end. */
const HOST = 'req.hdr(host),host_only,lower,rtrim(.)';

/** A host, and any below it: that much wildcards in texts may make of it. */
const hostLines = (host: string, name: string): readonly Line[] => {
  const bare = host.replace(/^\*\./, '');
  const below: Line = ['acl', name, HOST, '-m', 'end', `.${bare}`];
  return bare === host ? [['acl', name, HOST, '-m', 'str', host], below] : [below];
};

const ownRule = (line: Line, name: string): Line =>
  line[0] === 'http-request' || line[0] === 'redirect' ? (guarded(line, [name]) ?? line) : line;

/**
 * The lines of a block so that they are about nobody else. `hosts`: virtual hosts of the app, '*.example' = any below it, '*' = any at all. Lines that are no words of
 * HAProxy's to us stay: only an operator writes them.
 */
export const ownBlock = (text: string, backend: string, hosts: readonly string[]): string => {
  const lines = text.split('\n').map((line) => ({ line, read: wordsOf(line) }));
  const words = lines.map(({ read }) => ('value' in read ? read.value : []));
  // No backend has a colon in its name: no two apps can come to the same name, whatever they call theirs.
  const suffix = `:${backend}`;
  const name = `own${suffix}`;
  const isForAll = hosts.includes('*');
  const renamed = withOwnAcls(words, suffix).map((line) => (isForAll ? line : ownRule(line, name)));
  const made = lines.map(({ line }, at) => {
    const [before = [], after = []] = [words[at], renamed[at]];
    return before.length === after.length && before.every((word, index) => word === after[index]) ? line : `  ${lineText(after)}`;
  });
  const needsHosts = !isForAll && renamed.some((line) => line.includes(name));
  const own = needsHosts ? hosts.flatMap((host) => hostLines(host, name)).map((line) => `  ${lineText(line)}`) : [];
  return [...own, ...made].join('\n');
};
