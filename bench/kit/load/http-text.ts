/** Whether this is a whole HTTP/1.1 answer to a request that stood alone on its connection. `text` is latin1: a character a byte. */
export const isWhole = (text: string): boolean => {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, end + 2))?.[1];
  return length === undefined ? text.endsWith('\r\n0\r\n\r\n') : text.length - end - 4 >= Number(length);
};

/** 'ok', or 'status 503'. */
export const outcomeOf = (text: string): string => (text.startsWith('HTTP/1.1 200 ') ? 'ok' : `status ${text.slice(9, 12)}`);

export const closesAfter = (text: string): boolean => /^connection: *close\r$/im.test(text.slice(0, text.indexOf('\r\n\r\n') + 2));

export const requestText = (host: string, connection: 'close' | 'keep-alive'): string =>
  `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: ${connection}\r\n\r\n`;

export const LIMIT_MS = 10_000;

/** The system's name for what went wrong with a socket: 'ECONNREFUSED'. */
export const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : error.message);
