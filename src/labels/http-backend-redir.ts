import type { Parsed, PortLabel } from './label.ts';

const TARGET = /^(https?:\/\/[A-Za-z0-9._-]+(:\d{1,5})?)?\/[A-Za-z0-9/._~!$&()*+,;=:@%?#-]{0,999}$/;

const parse = (text: string): Parsed<string | undefined> => {
  if (!TARGET.test(text) || text.startsWith('//'))
    return { wrong: "must be a path or a URL, e.g. '/home' or 'https://www.example.com/home', without quotes, blanks and braces" };
  return text === '/' ? { wrong: 'would lead / to / for ever: give another path' } : { value: text };
};

/** HAPROXY_{n}_HTTP_BACKEND_REDIR: a request for / is answered by 301 to this path or URL (http only). */
export const redir: PortLabel<string | undefined> = { name: 'HTTP_BACKEND_REDIR', absent: undefined, parse };
