import { DEPLOYMENT_LABEL } from '../labels/deployment.ts';
import type { App } from '../model/app.ts';
import { canonicalId } from './app-id.ts';
import { type Definition, groupIn, labelsIn, servicePortsIn, withoutNulls, withServicePorts } from './definition.ts';

/**
 * The definition of a new app in the place of an old one, as zdd prepares it: a file for zdd works as it is. zdd/prepare-app.ts does what zdd.py did: there
 * the app after one without a colour is blue, all ports but the first stay, and a second service port is needed.
 */

export interface Prepared {
  readonly id: string;
  readonly colour: string;
  readonly definition: Definition;
}

interface Place {
  /** '/shop': the deployment group. */
  readonly group: string;
  /** What serves; absent: nothing. */
  readonly from?: App | undefined;
  /** Of the new app at the end. */
  readonly instances: number;
  /** ISO 8601. */
  readonly at: string;
}

const { colour: COLOUR } = DEPLOYMENT_LABEL;

/** An app that no tool has made has no colour yet: it counts as blue. */
const nextColour = (from: App | undefined): string => {
  if (from === undefined) return 'blue';
  const colour = from.labels[COLOUR];
  if (colour === undefined) return from.id.endsWith('-green') ? 'blue' : 'green';
  return colour === 'blue' ? 'green' : 'blue';
};

/** What clients ask for: the port that the old app is served on, else its own. */
const stablePort = (index: number, own: number, { labels = {}, ports = [] }: Partial<App>): number => {
  const label = Number(labels[`HAPROXY_${index}_PORT`] ?? '0');
  return own > 0 ? own : label > 0 ? label : (ports[index]?.servicePort ?? 0);
};

/** The first port changes between the two that the labels name; all others are Marathon's to give. */
const nextPorts = (own: readonly number[], labels: Readonly<Record<string, string>>, from: App | undefined): readonly number[] => {
  if (from === undefined) return own;
  const alternative = Number(labels[DEPLOYMENT_LABEL.altPort] ?? '0');
  const isTaken = alternative > 0 && from.ports[0]?.servicePort === alternative;
  return own.map((port, index) => (index > 0 ? 0 : isTaken ? port : alternative));
};

const namesColour = (labels: Readonly<Record<string, string>>): boolean => (labels[COLOUR] ?? '') !== '';

/** A definition that names its colour is somebody's own work: nothing of its id and ports is changed. */
export const prepare = (given: Definition, { group, from, instances, at }: Place): Prepared => {
  const definition = withoutNulls(given) as Definition;
  const labels = labelsIn(definition);
  const original = canonicalId(String(definition['id']));
  const isOwn = namesColour(labels);
  const colour = isOwn ? (labels[COLOUR] ?? '') : nextColour(from);
  const id = isOwn ? original : `${original}-${colour}`;
  const ports = servicePortsIn(definition);
  // Where it names none, Marathon gives it as many as it gave the old one.
  const listed = ports.length > 0 ? ports : (from?.ports.map(() => 0) ?? []);
  const stable = Object.fromEntries(
    (isOwn ? [] : listed)
      .map((own, index): [string, number] => [`HAPROXY_${index}_PORT`, stablePort(index, own, from ?? {})])
      .filter(([name, port]) => port > 0 && labels[name] === undefined)
      .map(([name, port]) => [name, String(port)]),
  );
  const added = {
    [DEPLOYMENT_LABEL.group]: groupIn(definition) === group ? (labels[DEPLOYMENT_LABEL.group] ?? group) : group,
    [COLOUR]: colour,
    // As zdd writes it: no zone, so that both can read each other's.
    [DEPLOYMENT_LABEL.startedAt]: at.replace(/Z$/, ''),
    [DEPLOYMENT_LABEL.targetInstances]: String(instances),
    [DEPLOYMENT_LABEL.newInstances]: '0',
    ...(isOwn ? {} : { [DEPLOYMENT_LABEL.appId]: original }),
  };
  const withPorts = isOwn ? definition : withServicePorts(definition, nextPorts(ports, labels, from));
  return { id, colour, definition: { ...withPorts, id, instances, labels: { ...labels, ...stable, ...added } } };
};
