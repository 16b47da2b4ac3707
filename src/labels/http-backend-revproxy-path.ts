import type { Parsed, PortLabel } from './label.ts';

/** Where answers of an app lead that knows nothing of the path it is reached by. */
export interface RevproxyPath {
  /** Without a slash at its end. */
  readonly root: string;
  /** Marathon-LB kept what follows the host only where the value ended with this. */
  readonly asksForRest: boolean;
}

const PATH = /^\/[A-Za-z0-9/._~!&,=:@%-]{0,999}$/;
/** In Marathon-LB's regular expression: path and query. */
const REST = '\\3';

const parse = (text: string): Parsed<RevproxyPath | undefined> => {
  const asksForRest = text.endsWith(REST);
  const path = asksForRest ? text.slice(0, -REST.length) : text;
  if (!PATH.test(path)) return { wrong: "must be a path: it begins with / and holds letters, digits and /._~!&,=:@%- only, e.g. '/cart'" };
  return { value: { root: path.replace(/\/+$/, ''), asksForRest } };
};

/** HAPROXY_{n}_HTTP_BACKEND_REVPROXY_PATH: put before the path of redirects to the app's own hosts (http only). */
export const revproxyPath: PortLabel<RevproxyPath | undefined> = { name: 'HTTP_BACKEND_REVPROXY_PATH', absent: undefined, parse };
