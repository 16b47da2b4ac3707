import { request } from 'node:http';
import { request as requestTls } from 'node:https';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** undefined: it is no JSON. */
  readonly body: unknown;
}

export interface AskOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly content?: string;
  /** For a URL with https, in PEM. */
  readonly tls?: Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'minVersion' | 'maxVersion' | 'ciphers'>;
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Asks the API: by its socket in a run directory, or at a URL. The path goes out byte for byte as it is given. */
export const askApi = async (
  place: string,
  path: string,
  { method = 'GET', headers = {}, content, tls }: AskOptions = {},
): Promise<ApiAnswer> => {
  const where = /^https?:/.test(place)
    ? { host: new URL(place).hostname, port: new URL(place).port }
    : { socketPath: join(place, 'sluice.sock') };
  return new Promise((resolve, reject) => {
    const ask = place.startsWith('https:') ? requestTls : request;
    // Node leaves it out of a DELETE.
    const length = content === undefined ? {} : { 'content-length': String(Buffer.byteLength(content)) };
    const outgoing = ask({ ...where, ...tls, path, method, headers: { ...length, ...headers }, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.once('error', reject);
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, body: parsed(text) }));
    });
    outgoing.once('error', reject);
    outgoing.end(content);
  });
};
