import type { Line } from '../lines.ts';
import { splitHeader } from './header.ts';
import type { Translation } from './translation.ts';

const formatted = (text: string): string => text.replaceAll('%', '%%');

/**
 * `option httpchk GET / HTTP/1.1\r\nHost:\ x`: headers behind the version, as all had to write them before 2.2. HAProxy 3.0 and later refuse them, and have
 * `http-check send` for them. Undefined: there are none.
 */
export const checkWithHeaders = (words: Line): Translation | undefined => {
  const version = words[4];
  if (version === undefined || !version.includes('\r\n')) return undefined;
  const [head = '', ...bodies] = version.split('\r\n\r\n');
  const [number = '', ...lines] = head.split('\r\n').filter((line) => line !== '');
  const headers = lines.map(splitHeader);
  if (words.length > 5 || !/^HTTP\/1\.[01]$/.test(number) || headers.some((header) => header === undefined))
    return { wrong: 'has option httpchk with something other than headers behind the version: write http-check send hdr NAME VALUE' };
  const body = bodies.join('\r\n\r\n');
  const sent = headers.flatMap((header) => ['hdr', header?.name ?? '', formatted(header?.value ?? '')]);
  const more = [...sent, ...(body === '' ? [] : ['body', body])];
  const option = [...words.slice(0, 4), number];
  return { lines: more.length === 0 ? [option] : [option, ['http-check', 'send', ...more]] };
};
