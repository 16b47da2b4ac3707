import type { IncomingMessage } from 'node:http';
import type { Answer } from '../answer.ts';
import type { World } from '../world.ts';

/** A request as the routes see it. */
export interface Call {
  readonly method: string;
  /** Decoded, without the query. */
  readonly path: string;
  /** The path as it was sent: what `uri` of the API's events shows. */
  readonly uri: string;
  readonly query: URLSearchParams;
  readonly accept: string;
  readonly body: string;
  readonly clientIp: string;
  readonly leader: Leader;
}

/** The instance that answers. */
interface Leader {
  readonly hostAndPort: string;
  readonly abdicate: () => void;
}

type Handle = (world: World, call: Call, parameters: readonly string[]) => Answer | Promise<Answer>;

export interface Route {
  readonly method: string;
  /** Its groups are the parameters. */
  readonly pattern: RegExp;
  readonly handle: Handle;
}

export async function toCall(request: IncomingMessage, leader: Leader): Promise<Call> {
  const url = urlOf(request);
  return {
    method: request.method ?? 'GET',
    path: decodedPath(url),
    uri: (request.url ?? '/').replace(/\?.*$/s, ''),
    query: url.searchParams,
    accept: request.headers.accept ?? '*/*',
    body: await readText(request),
    clientIp: clientIp(request),
    leader,
  };
}

export async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

export function urlOf(request: IncomingMessage): URL {
  const target = request.url ?? '/';
  // A path that begins with two slashes would be read as a host.
  return new URL(`http://marathon${target.startsWith('/') ? target : `/${target}`}`);
}

export function decodedPath(url: URL): string {
  try {
    return decodeURIComponent(url.pathname);
  } catch (error) {
    if (error instanceof URIError) return url.pathname;
    throw error;
  }
}

export function clientIp(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}

/** `force=true` and the like. */
export function flag(call: Call, name: string, fallback: 'true' | 'false' = 'false'): boolean {
  return (call.query.get(name) ?? fallback) === 'true';
}

export function locksOf(call: Call, fallback: 'true' | 'false' = 'false'): 'respected' | 'overridden' {
  return flag(call, 'force', fallback) ? 'overridden' : 'respected';
}
