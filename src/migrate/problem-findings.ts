import type { Problem } from '../kit/problem.ts';
import type { App } from '../model/app.ts';
import type { Picture } from '../picture/picture.ts';
import type { Change, Finding } from './finding.ts';
import { newValue } from './new-value.ts';
import { backendOf, isUdp, type Pictures } from './picture-of.ts';

/** What is told of a port whose route another one has: see route-findings.ts, which knows whether that is news. */
const LOST_ROUTE = /is not routed here: /;
/** What is told once for each port, and is about a text of the operator. */
const OF_OPERATOR = /^the (?:template file|environment variable) HAPROXY_(\w+) /;
const NOT_OPENED = /^service port (\d+) is not opened: /;
const WRONG_FILE = /names the file "([^"]+)": apps may name/;

/** Whose text it is that the problem is about, where that is the operator's: HAPROXY_NAME. */
export const operatorText = ({ message }: Problem): string | undefined => {
  const name = OF_OPERATOR.exec(message)?.[1];
  return name === undefined ? undefined : `HAPROXY_${name}`;
};

const isLostRoute = ({ message }: Problem): boolean => LOST_ROUTE.test(message);

const nameOf = (label: string): string => label.replace(/^HAPROXY_\d+_/, '');

/** Ports that an app may be moved to. */
const FIRST_PORT = 10_000;
const LAST_PORT = 65_535;

/** Gives out service ports that nobody has. */
export class FreePorts {
  readonly #taken: Set<number>;

  constructor(taken: Iterable<number>) {
    this.#taken = new Set(taken);
  }

  /** The next one from `near` on; undefined: there is none. */
  next(near: number): number | undefined {
    for (let port = Math.max(near, FIRST_PORT); port <= LAST_PORT; port += 1)
      if (!this.#taken.has(port)) {
        this.#taken.add(port);
        return port;
      }
    return undefined;
  }
}

/** What is told of a label that means nothing in mode tcp. */
const OF_OTHER_MODE = / needs mode http, |^needs mode http, /;

/** The problem is about a label of another mode: its port is served as in Marathon-LB, which had no use for it there either. */
const isOfOtherMode = ({ label, portIndex, appId, message }: Problem, picture: Picture): boolean => {
  if (label === undefined || portIndex === undefined || label.endsWith('_VHOST') || !OF_OTHER_MODE.test(message)) return false;
  return backendOf(picture, appId, portIndex)?.profile.mode === 'tcp';
};

const portChange = ({ portIndex, message }: Problem, { labels }: App, free: FreePorts): Change | undefined => {
  const port = NOT_OPENED.exec(message)?.[1] ?? /^backend \S+_(\d+) is taken by /.exec(message)?.[1];
  if (port === undefined || portIndex === undefined) return undefined;
  const name = `HAPROXY_${portIndex}_PORT`;
  const to = free.next(Number(port));
  return to === undefined ? undefined : { name, from: labels[name] ?? null, to: String(to) };
};

const valueChange = ({ label, message }: Problem, { labels }: App): Change | undefined => {
  if (label === undefined) return undefined;
  const file = WRONG_FILE.exec(message)?.[1];
  if (file !== undefined) return { name: '--app-certs', from: null, to: file };
  const from = labels[label];
  const to = from === undefined ? undefined : newValue(nameOf(label), from);
  return from === undefined || to === undefined ? undefined : { name: label, from, to };
};

const aboutOf = ({ label, message }: Problem): string => label ?? (NOT_OPENED.test(message) ? 'service port' : 'app');

/** Without the name of the label, where it begins with that: it is told beside it. */
const phraseOf = ({ label, message }: Problem): string =>
  label !== undefined && message.startsWith(`${label} `) ? message.slice(label.length + 1) : message;

/** What a running Sluice would tell of this app, and what to write; undefined: it is told elsewhere. */
export const problemFinding = (problem: Problem, app: App, { picture, strict }: Pictures, free: FreePorts): Finding | undefined => {
  const { portIndex } = problem;
  // Marathon-LB opened it as TCP, where nobody answers: see compat-findings.ts.
  const isNews = portIndex === undefined || !isUdp(app, portIndex) || backendOf(strict, app.id, portIndex) === undefined;
  if (operatorText(problem) !== undefined || isLostRoute(problem) || !isNews) return undefined;
  const level = isOfOtherMode(problem, picture) ? 'same' : 'hand';
  const change = level === 'hand' ? (portChange(problem, app, free) ?? valueChange(problem, app)) : undefined;
  return {
    level,
    about: aboutOf(problem),
    ...(portIndex === undefined ? {} : { portIndex }),
    message: phraseOf(problem),
    ...(change === undefined ? {} : { change }),
  };
};
