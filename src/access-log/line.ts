/**
 * A line of HAProxy as the templates access-log-http and access-log-tcp have it, as one line of JSON without its end: numbers, addresses and names
 * as they are, what comes from clients in base64. Whatever bytes come in, what comes out is one JSON object, or undefined: this is no such line.
 */

/** Longest line that comes out, in bytes: a pipe takes it whole. */
const LONGEST = 4096;

type Fields = Readonly<Record<string, unknown>>;
type Reader = (words: readonly string[]) => Fields | undefined;

/** What HAProxy does not know is '-' or nothing. */
const word = (text = ''): string | undefined => (text === '' || text === '-' ? undefined : text);

/** A time that was not reached is -1; `+` stands before what began before HAProxy had seen its end, and before retries that ended elsewhere. */
const number = (text = ''): number | undefined => (/^\+?\d{1,15}$/.test(text) ? Number(text) : undefined);

/** Bytes that are no UTF-8 become U+FFFD. */
const decoded = (text = ''): string | undefined => {
  const known = word(text);
  return known === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(known) ? undefined : Buffer.from(known, 'base64').toString('utf8');
};

/** `takenMs`: from its beginning to the line. */
const time = (endMs = '', takenMs: number | undefined): string | undefined => {
  const end = number(endMs);
  const date = new Date((end ?? NaN) - (takenMs ?? 0));
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
};

/** Of all that were answered or let through. */
const common = ([
  client,
  clientPort,
  frontend,
  backend,
  server,
  bytesIn,
  bytesOut,
  queueMs,
  connectMs,
  end,
  retries,
  tls,
]: readonly string[]): Fields => ({
  client: word(client),
  clientPort: number(clientPort),
  frontend: word(frontend),
  backend: word(backend),
  server: server === '<NOSRV>' ? undefined : word(server),
  bytesIn: number(bytesIn),
  bytesOut: number(bytesOut),
  queueMs: number(queueMs),
  connectMs: number(connectMs),
  end: word(end),
  retries: number(retries),
  tls: word(tls),
});

const http: Reader = (words) => {
  // Without the request's own words where it could not be read.
  if (words.length !== 18 && words.length !== 23) return undefined;
  const [endMs] = words;
  const [totalMs, requestMs, responseMs, status, method, host, path, version, userAgent, requestId] = words.slice(13);
  const total = number(totalMs);
  return {
    time: time(endMs, total),
    access: 'http',
    ...common(words.slice(1, 13)),
    requestMs: number(requestMs),
    responseMs: number(responseMs),
    totalMs: total,
    // HAProxy has -1 or 0 where nothing was answered.
    status: number(status) === 0 ? undefined : number(status),
    method: decoded(method),
    host: decoded(host),
    path: decoded(path),
    version: decoded(version),
    userAgent: decoded(userAgent),
    requestId: decoded(requestId),
  };
};

const tcp: Reader = (words) => {
  if (words.length !== 14) return undefined;
  const [endMs] = words;
  const total = number(words[13]);
  return { time: time(endMs, total), access: 'tcp', ...common(words.slice(1, 13)), totalMs: total };
};

/** A connection that ended before there was a request: no TLS, or no HTTP. */
const failed: Reader = (words) => {
  if (words.length !== 5) return undefined;
  const [endMs, client, clientPort, frontend, error] = words;
  return {
    time: time(endMs, undefined),
    access: 'failed',
    client: word(client),
    clientPort: number(clientPort),
    frontend: word(frontend),
    error: decoded(error),
  };
};

const READERS: Readonly<Record<string, Reader>> = { http, tcp, failed };

/** What was cut says so. */
const cut = (fields: Fields, length: number): Fields => ({
  ...Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, typeof value === 'string' ? value.slice(0, length) : value])),
  cut: true,
});

const textOf = (fields: Fields): string => {
  const text = JSON.stringify(fields);
  if (Buffer.byteLength(text) < LONGEST) return text;
  // Each of some ten texts, each character up to six bytes in JSON.
  return JSON.stringify(cut(fields, 50));
};

/** @param line without its end */
export const accessLine = (line: string): string | undefined => {
  const [mark, kind = '', ...words] = line.split(' ');
  const read = mark === 'sluice1' && Object.hasOwn(READERS, kind) ? READERS[kind] : undefined;
  const fields = read?.(words);
  return fields?.['time'] === undefined ? undefined : textOf(fields);
};
