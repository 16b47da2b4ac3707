import type { Parsed, PortLabel } from './label.ts';

const PATH = /^\/[A-Za-z0-9/._~!&,=:@%-]{0,999}$/;

const parse = (text: string): Parsed<string | undefined> => {
  if (!PATH.test(text)) return { wrong: "must be a path: it begins with / and holds letters, digits and /._~!&,=:@%- only, e.g. '/cart'" };
  return { value: text.replace(/\/+$/, '') };
};

/** HAPROXY_{n}_HTTP_BACKEND_PROXYPASS_PATH: prefix that is cut off before a server is asked, without a slash at its end. '' = none (http only). */
export const proxypassPath: PortLabel<string | undefined> = { name: 'HTTP_BACKEND_PROXYPASS_PATH', absent: undefined, parse };
