import type { App } from './app.ts';

/**
 * Since when an app has asked for what it asks for: '<label> <word of its value>' and 'port <service port>' -> when that was first in its
 * definition, ISO 8601. Where two apps want the same, the older wish counts; an app that changes something else does not grow younger by it.
 */
export type Since = ReadonlyMap<string, string>;

/** Labels whose words two apps can meet in. All others say how, not what. */
const WISHES = /^HAPROXY_(?:\d{1,5}_)?(?:GROUP|VHOST|PATH|PATH_REGEX|PORT)$/;

/** An app that asks for more is as young in the rest as its last change: what is kept of an app must not depend on what somebody writes into it. */
const MOST_CHARACTERS = 65_536;
const MOST_WORDS = 2000;
const MOST_WISHES = 20_000;

/** The words of a label's value, in lower case. */
export const wordsOf = (text: string): readonly string[] =>
  text
    .slice(0, MOST_CHARACTERS)
    .toLowerCase()
    .split(/[\s,]+/, MOST_WORDS)
    .filter((word) => word !== '');

/** Its deployment group without a slash before it; '' where it is in none. */
const groupOf = ({ labels }: App): string => (labels['HAPROXY_DEPLOYMENT_GROUP'] ?? '').slice(0, MOST_CHARACTERS).replace(/^\//, '');

const wishesOf = (app: App): readonly string[] => {
  const wishes = app.ports.slice(0, MOST_WISHES).map(({ servicePort }) => `port ${servicePort}`);
  for (const [name, value] of Object.entries(app.labels)) {
    if (wishes.length >= MOST_WISHES) break;
    if (WISHES.test(name)) for (const word of wordsOf(value)) wishes.push(`${name} ${word}`);
  }
  return wishes;
};

/** The apps of a deployment group replace each other: a new one has asked for as long as those that are there. */
export const sinceOfKin = (app: App, others: Iterable<{ readonly app: App; readonly since: Since }>): Since => {
  const group = groupOf(app);
  const since = new Map<string, string>();
  if (group === '') return since;
  for (const other of others) {
    if (groupOf(other.app) !== group) continue;
    for (const [wish, time] of other.since) if (time < (since.get(wish) ?? '~')) since.set(wish, time);
  }
  return since;
};

/** `before`: what was known of this app, if anything. What is not in it is as old as the last change of the definition. */
export const sinceOf = (app: App, before?: Since): Since =>
  new Map(wishesOf(app).map((wish) => [wish, before?.get(wish) ?? app.lastConfigChangeAt]));
