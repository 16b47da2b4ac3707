import { ok } from 'node:assert/strict';

/** What a HAProxy would do by the lines that Marathon-LB printed: those few kinds of lines that it made of labels, and nothing else. */

export interface PrintedRequest {
  readonly port: '80' | '443';
  readonly host: string;
  /** Of the server, as TLS names it; on port 443 only. */
  readonly sni?: string;
  readonly path: string;
  /** 'user:password' of a user that exists. */
  readonly login?: string;
}

interface Rules {
  readonly port: PrintedRequest['port'];
  readonly acls: ReadonlyMap<string, readonly string[]>;
  /** Each: the words before `if`, and those after it. */
  readonly rules: readonly { readonly does: string; readonly condition: string }[];
}

export interface Printed {
  readonly frontends: readonly Rules[];
  readonly map: ReadonlyMap<string, string>;
}

const rulesOf = (port: Rules['port'], lines: readonly string[]): Rules => {
  const acls = Map.groupBy(
    lines.filter((line) => line.startsWith('acl ')),
    (line) => line.split(' ')[1] ?? '',
  );
  const rules = lines
    .filter((line) => !line.startsWith('acl '))
    .map((line) => {
      const [does = '', condition = ''] = line.split(' if ');
      return { does, condition };
    });
  return { port, acls: new Map([...acls].map(([name, all]) => [name, all.map((line) => line.split(' ').slice(2).join(' '))])), rules };
};

/** `lines`: '80 acl ...', '443 use_backend ...', 'map HOST BACKEND'. */
export const readPrinted = (lines: readonly string[]): Printed => {
  const of = (where: string): readonly string[] =>
    lines.flatMap((line) => (line.startsWith(`${where} `) ? [line.slice(where.length).trim()] : []));
  const map = new Map(of('map').map((line) => line.split(' ') as [string, string]));
  return { frontends: [rulesOf('80', of('80')), rulesOf('443', of('443'))], map };
};

/** One test of an ACL, or what stands in braces. */
const isTrue = (test: string, { port, host, sni, path, login }: PrintedRequest): boolean => {
  const [fetch = '', ...values] = test.split(' ');
  if (fetch === 'hdr(host)') return values[0] === '-i' && host.toLowerCase() === values[1];
  if (fetch === 'path_beg') return path.startsWith(values[0] ?? '');
  if (fetch.startsWith('http_auth(')) return login === 'ann:secret';
  if (fetch === 'ssl_fc_sni') return sni === values[0];
  ok(test === 'ssl_fc', `'${test}' is nothing that Marathon-LB printed`);
  return port === '443';
};

const holds = (condition: string, { acls }: Rules, asked: PrintedRequest): boolean =>
  [...condition.matchAll(/(!?)(?:\{ ([^}]*) \}|(\S+))/g)].every(([, not, test, name = '']) => {
    const named = acls.get(name) ?? [];
    ok(test !== undefined || named.length > 0, `no ACL '${name}'`);
    const is = test === undefined ? named.some((one) => isTrue(one, asked)) : isTrue(test, asked);
    return is !== (not === '!');
  });

/** The name of the backend of `use_backend`; undefined: the map has none. */
const backendOf = (does: string, { map }: Printed, { host, sni = '' }: PrintedRequest): string | undefined => {
  const name = does.replace('use_backend ', '');
  if (!name.startsWith('%[')) return name;
  const key = name.startsWith('%[ssl_fc_sni') ? sni : host.replace(/:.*$/, '');
  return map.get(key.toLowerCase());
};

/** '401 <realm>', '301 <location>', '503' or the name of the backend. In HAProxy's order: who are you, go elsewhere, go there. */
export const byPrinted = (printed: Printed, asked: PrintedRequest): string => {
  const frontend = printed.frontends.find(({ port }) => port === asked.port);
  ok(frontend !== undefined);
  const first = (keyword: string) =>
    frontend.rules.find(({ does, condition }) => does.startsWith(keyword) && holds(condition, frontend, asked));
  const realm = /^http-request auth realm "(.*)"$/.exec(first('http-request auth')?.does ?? '')?.[1];
  if (realm !== undefined) return `401 ${realm}`;
  if (first('redirect scheme https code 301') !== undefined) return `301 https://${asked.host}${asked.path}`;
  const chosen = first('use_backend ');
  return (chosen === undefined ? undefined : backendOf(chosen.does, printed, asked)) ?? '503';
};
