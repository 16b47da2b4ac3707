import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Answer } from '../answer.ts';
import { type Faults, takeOne } from '../faults.ts';
import type { Personality } from '../personality.ts';

const compress = promisify(gzip);
/** Below this Jetty leaves a body as it is. */
const MIN_GZIP_BYTES = 256;

/** The headers that every answer of a leader has, in Marathon's order. */
export function commonHeaders(leaderUrl: string, personality: Personality): readonly (readonly [string, string])[] {
  return [
    ['Date', new Date().toUTCString()],
    ['X-Marathon-Leader', leaderUrl],
    ...(personality.sendsFrameHeaders
      ? ([
          ['X-Frame-Options', 'DENY'],
          ['X-XSS-Protection', '1; mode=block'],
        ] as const)
      : []),
    ['Cache-Control', 'no-cache, no-store, must-revalidate'],
    ['Pragma', 'no-cache'],
    ['Expires', '0'],
  ];
}

interface Sending {
  readonly common: readonly (readonly [string, string])[];
  readonly compression: boolean;
  /** Undefined for paths that no fault may spoil. */
  readonly faults?: Faults;
}

/** Writes an answer, and spoils its body if that was asked for. */
export async function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  { common, compression, faults }: Sending,
): Promise<void> {
  const isSpoilt = faults !== undefined && takeOne(faults, 'malformNext');
  const plain = isSpoilt ? Buffer.from('{"apps":[{"id":"/spoilt",') : Buffer.from(answer.body ?? '');
  const zips = compression && plain.length >= MIN_GZIP_BYTES && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const body = zips ? await compress(plain, { level: constants.Z_BEST_SPEED }) : plain;
  const hasBody = answer.body !== undefined || isSpoilt;
  response.sendDate = false;
  response.writeHead(answer.status, [
    ...common.flat(),
    ...Object.entries(answer.headers ?? {}).flat(),
    ...(hasBody ? ['Content-Type', answer.contentType ?? 'application/json'] : []),
    ...(zips ? ['Content-Encoding', 'gzip', 'Vary', 'Accept-Encoding'] : []),
    ...(answer.status === 204 ? [] : ['Content-Length', String(body.length)]),
  ]);
  if (faults !== undefined && takeOne(faults, 'truncateNext')) truncate(response, body);
  else response.end(request.method === 'HEAD' ? undefined : body);
}

/** Sends half of what was announced and hangs up. */
function truncate(response: ServerResponse, body: Buffer): void {
  response.write(body.subarray(0, body.length >> 1), () => response.socket?.end());
}
