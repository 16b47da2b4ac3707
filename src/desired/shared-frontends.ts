import type { Frontend } from './desired.ts';
import { loggedAs, type BuildOptions } from './options.ts';
import type { RoutingBlock, SharedKind } from './routing-block.ts';
import { headOf, sharedHead } from './shared-texts.ts';
import { certificateWords } from './texts/certificate-words.ts';
import { indented } from './texts/port-texts.ts';

/** Names that Marathon-LB gave them. */
type BlocksOf = (kind: SharedKind) => { readonly blocks?: readonly RoutingBlock[] };

const http = (options: BuildOptions, wildcardLevels: readonly number[], blocks: BlocksOf): Frontend => ({
  name: 'marathon_http_in',
  kind: 'http',
  mode: 'http',
  binds: [{ address: options.bindAddress, port: options.httpPort }],
  ...loggedAs(options),
  routes: [{ kind: 'host-and-path', wildcardLevels, redirect: { httpsPort: options.httpsPort } }],
  ...sharedHead('HTTP_FRONTEND_HEAD', {}, options),
  ...blocks('http'),
});

const https = (options: BuildOptions, wildcardLevels: readonly number[], blocks: BlocksOf): Frontend => ({
  name: 'marathon_https_in',
  kind: 'https',
  mode: 'http',
  binds: [{ address: options.bindAddress, port: options.httpsPort, ssl: { certificates: options.certificates, alpn: 'h2,http/1.1' } }],
  ...loggedAs(options),
  routes: [{ kind: 'host-and-path', wildcardLevels }],
  ...sharedHead('HTTPS_FRONTEND_HEAD', { sslCerts: certificateWords(options.certificates) }, options),
  ...blocks('https'),
});

const appId = (options: BuildOptions, blocks: BlocksOf): Frontend => ({
  name: 'marathon_http_appid_in',
  kind: 'app-id',
  mode: 'http',
  binds: [{ address: options.bindAddress, port: options.appIdPort }],
  ...loggedAs(options),
  routes: [{ kind: 'header', header: 'X-Marathon-App-Id', map: 'apps' }],
  ...sharedHead('HTTP_FRONTEND_APPID_HEAD', {}, options),
  ...blocks('app-id'),
});

const statsTexts = (options: BuildOptions): Pick<Frontend, 'texts'> | object => {
  const lines = headOf(options)?.stats;
  return lines === undefined ? {} : { texts: { head: indented(lines) } };
};

const stats = (options: BuildOptions): Frontend => ({
  name: 'stats',
  kind: 'stats',
  mode: 'http',
  binds: [{ address: options.statsAddress ?? options.bindAddress, port: options.statsPort }],
  ...statsTexts(options),
  ...(options.statsLogin === undefined ? {} : { login: options.statsLogin }),
  ...(options.endpoints === undefined ? {} : { endpoints: options.endpoints }),
  routes: [],
});

/** The frontends that all apps share. `wildcardLevels`: see Route in desired.ts. */
export const sharedFrontends = (
  options: BuildOptions,
  wildcardLevels: readonly number[],
  blocksIn: (kind: SharedKind) => readonly RoutingBlock[],
): readonly Frontend[] => {
  const blocks: BlocksOf = (kind) => (blocksIn(kind).length === 0 ? {} : { blocks: blocksIn(kind) });
  return [
    stats(options),
    ...(options.bindHttpHttps ? [http(options, wildcardLevels, blocks), https(options, wildcardLevels, blocks)] : []),
    appId(options, blocks),
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
