import { CERTIFICATE_LIST } from '../desired/certificate-names.ts';
import type { Backend, Bind, Frontend, Globals, Login, Passthrough, Profile, Route } from '../desired/desired.ts';
import { DECRYPTED } from '../desired/names.ts';
import type { RoutingBlock } from '../desired/routing-block.ts';
import type { BlockText } from './block-text.ts';
import { hasOwnBody, pageContext } from './profile-context.ts';
import { inLines } from './in-lines.ts';
import { serverLines } from './server-line.ts';

/** What each template is given. Texts that HAProxy wants in one piece are made here, so that templates only place values. */

const sslText = (ssl: Bind['ssl']): string => {
  if (ssl === undefined) return '';
  const certificates =
    ssl.certificates === 'list' ? `crt-list ${CERTIFICATE_LIST}` : ssl.certificates.map((file) => `crt ${quoted(file)}`).join(' ');
  return ` ssl ${certificates}${ssl.alpn === undefined ? '' : ` alpn ${ssl.alpn}`}`;
};

const placeText = ({ address, port }: Bind): string => `${address.includes(':') ? `[${address}]` : address}:${port}`;

const bindAt = (at: string, { ssl, options = [] }: Bind): string => [`${at}${sslText(ssl)}`, ...options].join(' ');

/** Nobody else may open it: whoever does says who his client is. */
const socketText = ({ socket, socketOwner }: Passthrough): string => {
  const owner = socketOwner === undefined ? '' : ` uid ${socketOwner.uid} gid ${socketOwner.gid}`;
  return `unix@${socket}${owner} mode 600 accept-proxy`;
};

const bindTexts = ({ binds, passthrough }: Frontend): readonly string[] =>
  binds.map((bind) => bindAt(passthrough === undefined ? placeText(bind) : socketText(passthrough), bind));

/** What stands before the frontend of decrypted requests. */
const passthroughContext = ({ passthrough, binds }: Frontend): object | '' =>
  passthrough === undefined
    ? ''
    : {
        places: binds.map(placeText),
        decrypted: DECRYPTED,
        socket: passthrough.socketForWorkers,
        maxConnections: passthrough.maxConnections,
        levels: passthrough.wildcardLevels.map((labels) => ({ labels })),
      };

/** A text of the operator as one word of haproxy.cfg. */
const quoted = (text: string): string => (/^[A-Za-z0-9_./:@+-]+$/.test(text) ? text : `"${text.replaceAll(/[\\"$]/g, '\\$&')}"`);

const routeContext = (route: Route | undefined): object => {
  switch (route?.kind) {
    case 'host-and-path': {
      const httpsPort = route.redirect?.httpsPort;
      return {
        wildcards: route.wildcardLevels.map((labels) => ({ labels })),
        redirects: route.redirect !== undefined,
        httpsPortSuffix: httpsPort === undefined || httpsPort === 443 ? '' : `:${httpsPort}`,
      };
    }
    case 'header':
      return { header: route.header, map: route.map };
    case 'always':
      return { backend: route.backend };
    case undefined:
      return {};
  }
};

const indented = (lines: readonly string[]): string => lines.map((line) => `  ${line}`).join('\n');

const headContext = (head: Globals['head']): object | '' =>
  head === undefined ? '' : { global: indented(head.global), defaults: indented(head.defaults) };

/** What the templates `global` and `defaults` are given. */
export const globalContext = (globals: Globals, fingerprint: string): object => ({
  ...globals,
  head: headContext(globals.head),
  sorryPage: pageContext(globals.sorryPage),
  workers: globals.workers ?? '',
  fingerprint,
});

const loginContext = ({ user, password, isHash }: Login): object => ({
  user: quoted(user),
  keyword: isHash ? 'password' : 'insecure-password',
  password: quoted(password),
});

const blocksContext = ({ blocks = [] }: Frontend, sidesOf: (block: RoutingBlock) => BlockText): object => {
  const sides = blocks.map(sidesOf);
  return { rulesOfApps: sides.map(({ rules }) => rules).filter((text) => text !== ''), choicesOfApps: sides.map(({ choices }) => choices) };
};

/** What every frontend says of itself. */
const ownContext = (frontend: Frontend): object => ({
  name: frontend.name,
  mode: frontend.mode,
  http: frontend.mode === 'http',
  binds: bindTexts(frontend),
  accessLog: frontend.accessLog === true,
  colours: frontend.colours === true,
});

/** What the frontends are given that apps share. */
export const frontendContext = (frontend: Frontend, sidesOf: (block: RoutingBlock) => BlockText): object => ({
  ...ownContext(frontend),
  passthrough: passthroughContext(frontend),
  acceptProxyFrom: inLines(frontend.acceptProxyFrom ?? []),
  trustedProxies: inLines(frontend.trustedProxies ?? []),
  kind: frontend.kind,
  byId: frontend.kind === 'app-id',
  ownedBy: frontend.kind === 'app-id' ? 'id' : frontend.kind,
  head: frontend.texts?.head?.replace(/\n$/, '') ?? '',
  guarded: frontend.guarded !== undefined,
  ...blocksContext(frontend, sidesOf),
  login: frontend.login === undefined ? '' : loginContext(frontend.login),
  endpoints: frontend.endpoints ?? '',
  ...routeContext(frontend.routes[0]),
});

/** What the frontend of a service port is given. `own`: it has something that hardly any other has. */
export const serviceContext = (frontend: Frontend): object => {
  const { texts, clientTimeout, trustedProxies = [] } = frontend;
  const context = { ...ownContext(frontend), own: false, ...routeContext(frontend.routes[0]) };
  if (texts === undefined && clientTimeout === undefined && trustedProxies.length === 0) return context;
  return {
    ...context,
    own: true,
    clientTimeout: clientTimeout ?? 0,
    trustedProxies: inLines(trustedProxies),
    head: texts?.head?.replace(/\n$/, '') ?? '',
    hasGlue: texts?.glue !== undefined,
    glue: texts?.glue?.replace(/\n$/, '') ?? '',
  };
};

/** Texts that follow in lines of their own begin with a line break. @param bodyOf what stands in the backend itself, where no `defaults` could hold it */
export const backendContext = (backend: Backend, bodyOf: (profile: Profile) => string): object => {
  const { name, profile } = backend;
  const isOwn = hasOwnBody(profile);
  const lines = serverLines(backend.servers, backend.serverOptions);
  return {
    name,
    profile: profile.name,
    // HAProxy takes a client timeout in no backend, but from its `defaults`.
    from: isOwn && profile.http?.clientTimeout === undefined ? 'sluice' : profile.name,
    body: isOwn ? `\n${bodyOf(profile)}` : '',
    serverLines: lines,
    servers: lines.map((line) => `\n  ${line}`).join(''),
  };
};
