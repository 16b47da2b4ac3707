import type { PieceName } from '../../pieces/catalogue.ts';
import type { BlockPart, PathTest } from '../routing-block.ts';
import type { RoutingPiece } from './routing-pieces.ts';

/** Of the port that the rules are of. */
interface Values {
  readonly tests: readonly PathTest[];
  readonly realm: string;
  readonly httpsPort: number;
  /** Some balancers in front are trusted. */
  readonly trustsProxies: boolean;
}

/** What a piece of rules does where nobody has overridden it. `host`: the one that it is about. */
type Made = (values: Values & { readonly host: string }) => readonly BlockPart[];

const choose = (condition: { readonly host?: string; readonly path?: true } = {}): BlockPart => ({ kind: 'choose', ...condition });
const redirect = ({ httpsPort, trustsProxies }: Values, condition: { readonly path?: true } = {}): BlockPart => ({
  kind: 'redirect',
  httpsPort,
  ...(trustsProxies ? { unlessSecure: true } : {}),
  ...condition,
});
const ask = (realm: string, condition: { readonly host?: string; readonly path?: true } = {}): BlockPart => ({
  kind: 'ask',
  realm,
  ...condition,
});
const isHost = (host: string): BlockPart => ({ kind: 'host', host });
const isPath = (tests: readonly PathTest[]): BlockPart => ({ kind: 'paths', tests });
const IS_USER: BlockPart = { kind: 'user' };
const PATH = { path: true } as const;

const MADE: Readonly<Partial<Record<PieceName, Made>>> = {
  HTTP_FRONTEND_ACL: ({ host }) => [isHost(host), choose()],
  HTTP_FRONTEND_ACL_ONLY: ({ host }) => [isHost(host)],
  HTTP_FRONTEND_ROUTING_ONLY: () => [choose()],
  HTTP_FRONTEND_ROUTING_ONLY_WITH_AUTH: ({ realm }) => [IS_USER, ask(realm), choose()],
  HTTP_FRONTEND_ACL_WITH_AUTH: ({ host, realm }) => [isHost(host), IS_USER, ask(realm), choose()],
  HTTP_FRONTEND_ACL_WITH_PATH: ({ host, tests }) => [isHost(host), isPath(tests), choose(PATH)],
  HTTP_FRONTEND_ACL_WITH_AUTH_AND_PATH: ({ host, tests, realm }) => [isHost(host), IS_USER, isPath(tests), ask(realm, PATH), choose(PATH)],
  HTTP_FRONTEND_ACL_ONLY_WITH_PATH: ({ tests }) => [isPath(tests)],
  HTTP_FRONTEND_ACL_ONLY_WITH_PATH_AND_AUTH: ({ tests }) => [isPath(tests), IS_USER],
  HTTP_FRONTEND_ROUTING_ONLY_WITH_PATH: () => [choose(PATH)],
  HTTP_FRONTEND_ROUTING_ONLY_WITH_PATH_AND_AUTH: ({ realm }) => [ask(realm, PATH), choose(PATH)],
  BACKEND_REDIRECT_HTTP_TO_HTTPS: (values) => [redirect(values)],
  BACKEND_REDIRECT_HTTP_TO_HTTPS_WITH_PATH: (values) => [redirect(values, PATH)],
  HTTPS_FRONTEND_ACL: ({ host }) => [choose({ host })],
  HTTPS_FRONTEND_ACL_ONLY_WITH_PATH: ({ tests }) => [isPath(tests)],
  HTTPS_FRONTEND_ACL_WITH_AUTH: ({ host, realm }) => [IS_USER, ask(realm, { host }), choose({ host })],
  HTTPS_FRONTEND_ACL_WITH_PATH: ({ host }) => [choose({ host, ...PATH })],
  HTTPS_FRONTEND_ACL_WITH_AUTH_AND_PATH: ({ host, realm }) => [IS_USER, ask(realm, { host, ...PATH }), choose({ host, ...PATH })],
};

/** What stands there where nobody has overridden the piece. */
export const defaultParts = (piece: RoutingPiece, hosts: readonly string[], values: Values): readonly BlockPart[] =>
  MADE[piece.name]?.({ ...values, host: piece.host ?? hosts[0] ?? '' }) ?? [];

/** Whether a text in its place is what reads {path}. */
export const namesPaths = ({ name }: RoutingPiece): boolean =>
  MADE[name]?.({ host: '', tests: [], realm: '', httpsPort: 0, trustsProxies: false }).some(({ kind }) => kind === 'paths') === true;
