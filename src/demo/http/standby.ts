import { type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { type Answer, message } from '../answer.ts';
import { clientIp } from './call.ts';

const CONNECT_TIMEOUT_MS = 5000;

/** Marathon sends every request that it does not answer itself to the leader, and signs for it. */
function viaOf(hostAndPort: string): string {
  return `1.1 ${hostAndPort}`;
}

export function isLoop(request: IncomingMessage, hostAndPort: string): boolean {
  return (request.headersDistinct['x-marathon-via'] ?? []).some((line) => line.split(/\s*,\s*/).includes(viaOf(hostAndPort)));
}

/** Passes a request on to the leader and its answer back, streams as well. @returns the answer when the leader could not be asked */
export async function proxyToLeader(
  request: IncomingMessage,
  response: ServerResponse,
  leaderUrl: string,
  hostAndPort: string,
): Promise<Answer | undefined> {
  const target = new URL(leaderUrl);
  const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    const passedOn = send(
      {
        host: target.hostname,
        port: target.port,
        method: request.method,
        path: request.url,
        agent: false,
        headers: passedHeaders(request, hostAndPort),
        rejectUnauthorized: false,
      },
      (answer) => {
        passBack(answer, response, hostAndPort);
        resolve(undefined);
      },
    );
    passedOn.setTimeout(CONNECT_TIMEOUT_MS, () => passedOn.destroy(new Error('connect timed out')));
    passedOn.on('socket', (socket) => socket.once('connect', () => passedOn.setTimeout(0)));
    passedOn.on('error', (error: NodeJS.ErrnoException) => {
      if (response.headersSent) response.destroy();
      else resolve(error.code === 'ECONNREFUSED' ? message(502, 'Connection to leader refused.') : message(500, error.message));
    });
    response.once('close', () => passedOn.destroy());
    request.pipe(passedOn);
  });
}

function passedHeaders(request: IncomingMessage, hostAndPort: string): readonly string[] {
  const kept = pairs(request.rawHeaders).filter(([name]) => !['connection', 'keep-alive'].includes(name.toLowerCase()));
  return [...kept.flat(), 'X-Marathon-Via', viaOf(hostAndPort), 'X-Forwarded-For', clientIp(request), 'Connection', 'close'];
}

function passBack(answer: IncomingMessage, response: ServerResponse, hostAndPort: string): void {
  const isStream = answer.headers['content-length'] === undefined;
  const kept = pairs(answer.rawHeaders).filter(([name]) => name.toLowerCase() !== 'connection');
  response.sendDate = false;
  if (isStream) response.useChunkedEncodingByDefault = false;
  response.writeHead(answer.statusCode ?? 500, [
    ...kept.flat(),
    'X-Marathon-Via',
    viaOf(hostAndPort),
    ...(isStream ? ['Connection', 'close'] : []),
  ]);
  response.flushHeaders();
  answer.pipe(response);
  answer.once('error', () => response.destroy());
}

function pairs(rawHeaders: readonly string[]): readonly (readonly [string, string])[] {
  return rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : []));
}
