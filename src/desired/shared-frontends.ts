import type { Frontend } from './desired.ts';
import { SHARED_FRONTENDS } from './names.ts';
import { loggedAs, trusting, type BuildOptions } from './options.ts';
import type { RoutingBlock, SharedKind } from './routing-block.ts';
import { headOf, refuseOwnHead, sharedHead } from './shared-texts.ts';
import { certificateWords } from './texts/certificate-words.ts';
import { indented } from './texts/port-texts.ts';

/** What they must be able to do for the apps that there are. */
export interface SharedNeeds {
  /** Levels of wildcards in the maps `routes` and `passthrough`: see Route in desired.ts. */
  readonly levels: readonly number[];
  readonly passed: readonly number[];
  /** There are deployment groups: see Frontend in desired.ts. */
  readonly colours: boolean;
}

const splitting = ({ colours }: SharedNeeds): Pick<Frontend, 'colours'> => (colours ? { colours: true } : {});

const expecting = ({ acceptProxyFrom = [] }: BuildOptions): Pick<Frontend, 'acceptProxyFrom'> =>
  acceptProxyFrom.length === 0 ? {} : { acceptProxyFrom };

type BlocksOf = (kind: SharedKind) => { readonly blocks?: readonly RoutingBlock[] };

const http = (options: BuildOptions, needs: SharedNeeds, blocks: BlocksOf): Frontend => ({
  name: SHARED_FRONTENDS.http,
  kind: 'http',
  mode: 'http',
  binds: [{ address: options.bindAddress, port: options.httpPort }],
  ...loggedAs(options),
  ...trusting(options),
  ...expecting(options),
  routes: [{ kind: 'host-and-path', wildcardLevels: needs.levels, redirect: { httpsPort: options.httpsPort } }],
  ...splitting(needs),
  ...sharedHead('HTTP_FRONTEND_HEAD', {}, options),
  ...blocks('http'),
});

/** An operator's own head binds the port itself, and the one before it could not. */
const passingThrough = (options: BuildOptions, { passed }: SharedNeeds): Pick<Frontend, 'passthrough'> => {
  if (options.passthrough === undefined) return {};
  refuseOwnHead(
    'HTTPS_FRONTEND_HEAD',
    options,
    'cannot be had together with --tls-passthrough: it binds the port that is given out by the names of hosts before; leave one of them out',
  );
  return { passthrough: { ...options.passthrough, wildcardLevels: passed } };
};

const https = (options: BuildOptions, needs: SharedNeeds, blocks: BlocksOf, guarded: NonNullable<Frontend['guarded']>): Frontend => ({
  name: SHARED_FRONTENDS.https,
  kind: 'https',
  mode: 'http',
  binds: [{ address: options.bindAddress, port: options.httpsPort, ssl: { certificates: options.certificates, alpn: 'h2,http/1.1' } }],
  ...loggedAs(options),
  ...trusting(options),
  ...expecting(options),
  ...passingThrough(options, needs),
  routes: [{ kind: 'host-and-path', wildcardLevels: needs.levels }],
  ...splitting(needs),
  ...sharedHead('HTTPS_FRONTEND_HEAD', { sslCerts: certificateWords(options.certificates) }, options),
  ...(guarded.length === 0 ? {} : { guarded }),
  ...blocks('https'),
});

const appId = (options: BuildOptions, needs: SharedNeeds, blocks: BlocksOf): Frontend => ({
  name: SHARED_FRONTENDS.appId,
  kind: 'app-id',
  mode: 'http',
  binds: [{ address: options.bindAddress, port: options.appIdPort }],
  ...loggedAs(options),
  ...trusting(options),
  routes: [{ kind: 'header', header: 'X-Marathon-App-Id', map: 'apps' }],
  ...splitting(needs),
  ...sharedHead('HTTP_FRONTEND_APPID_HEAD', {}, options),
  ...blocks('app-id'),
});

const statsTexts = (options: BuildOptions): Pick<Frontend, 'texts'> | object => {
  const lines = headOf(options)?.stats;
  return lines === undefined ? {} : { texts: { head: indented(lines) } };
};

const stats = (options: BuildOptions): Frontend => ({
  name: SHARED_FRONTENDS.stats,
  kind: 'stats',
  mode: 'http',
  binds: [{ address: options.statsAddress ?? options.bindAddress, port: options.statsPort }],
  ...statsTexts(options),
  ...(options.statsLogin === undefined ? {} : { login: options.statsLogin }),
  ...(options.endpoints === undefined ? {} : { endpoints: options.endpoints }),
  routes: [],
});

/** The frontends that all apps share. `guarded`: see Frontend in desired.ts. */
export const sharedFrontends = (
  options: BuildOptions,
  needs: SharedNeeds,
  blocksIn: (kind: SharedKind) => readonly RoutingBlock[],
  guarded: NonNullable<Frontend['guarded']>,
): readonly Frontend[] => {
  const blocks: BlocksOf = (kind) => (blocksIn(kind).length === 0 ? {} : { blocks: blocksIn(kind) });
  return [
    stats(options),
    ...(options.bindHttpHttps ? [http(options, needs, blocks), https(options, needs, blocks, guarded)] : []),
    appId(options, needs, blocks),
  ];
};

/** Ports that no app may claim. */
export const reservedPorts = (options: BuildOptions): ReadonlyMap<number, string> =>
  new Map([
    ...(options.bindHttpHttps
      ? ([
          [options.httpPort, 'the http frontend'],
          [options.httpsPort, 'the https frontend'],
        ] as const)
      : []),
    [options.statsPort, 'the statistics page'],
    [options.appIdPort, 'the app-id frontend'],
    ...(options.apiPort === undefined ? [] : ([[options.apiPort, 'the control API']] as const)),
  ]);
