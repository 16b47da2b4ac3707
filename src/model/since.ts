import type { App } from './app.ts';

/**
 * Since when an app has asked for what it asks for: '<label> <word of its value>' and 'port <service port>' -> when that was first in its
 * definition, ISO 8601. Where two apps want the same, the older wish counts; an app that changes something else does not grow younger by it.
 */
export type Since = ReadonlyMap<string, string>;

/** Labels of other programs ask nothing of a load balancer. */
const PREFIX = 'HAPROXY_';

export const wordsOf = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((word) => word !== '');

const wishesOf = (app: App): readonly string[] => [
  ...app.ports.map(({ servicePort }) => `port ${servicePort}`),
  ...Object.entries(app.labels).flatMap(([name, value]) =>
    name.startsWith(PREFIX) ? wordsOf(value).map((word) => `${name} ${word}`) : [],
  ),
];

/** `before`: what was known of this app, if anything. What is not in it is as old as the last change of the definition. */
export const sinceOf = (app: App, before?: Since): Since =>
  new Map(wishesOf(app).map((wish) => [wish, before?.get(wish) ?? app.lastConfigChangeAt]));
