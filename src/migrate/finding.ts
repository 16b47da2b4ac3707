/** hand: somebody must look at it. better: a mistake or a limit of Marathon-LB that is none here. same: nothing changes, and it is worth knowing. */
export type Level = 'hand' | 'better' | 'same';

/** What to write in place of what is there. */
export interface Change {
  /** A label, a flag, a variable or a template: 'HAPROXY_0_PATH', '--app-certs'. */
  readonly name: string;
  /** null: it is not there. */
  readonly from: string | null;
  /** null: it is to go. */
  readonly to: string | null;
}

/** A line in words of old HAProxys, and what HAProxy is given in its place. */
export interface Translated {
  readonly from: string;
  readonly to: readonly string[];
}

/** What is to be known of one thing that a Marathon-LB was given. */
export interface Finding {
  readonly level: Level;
  /** What it is about: a label, a flag, a variable, a template, or a word such as 'routes'. */
  readonly about: string;
  readonly portIndex?: number;
  /** A phrase about it: why it needs a hand, or what is different. */
  readonly message: string;
  /** `--compat strict` keeps what Marathon-LB did. */
  readonly strict?: true;
  readonly change?: Change;
  readonly translated?: readonly Translated[];
}

/** What becomes of one app. */
export interface AppReport {
  readonly appId: string;
  readonly verdict: Level;
  readonly findings: readonly Finding[];
}

/** The app that Marathon-LB itself is, and how it becomes Sluice. */
export interface SwapReport {
  readonly appId: string;
  readonly image: string;
  /** Fields of its definition, to be put in the place of those that are there; all others stay. */
  readonly change: Readonly<Record<string, unknown>>;
}

/** What becomes of a Marathon-LB's set-up: `sluice migrate`, and as --json prints it. */
export interface Report {
  readonly verdict: Level;
  readonly compat: 'fixed' | 'strict';
  /** Groups that it takes. */
  readonly groups: readonly string[];
  /** Its arguments, without what is secret in them; null: nobody told. */
  readonly args: readonly string[] | null;
  /** null: it is no app in this Marathon. */
  readonly marathonLb: SwapReport | null;
  /** Of the operator's own: flags, variables, templates, and what is about all apps. */
  readonly setup: readonly Finding[];
  /** By id: those that it takes. */
  readonly apps: readonly AppReport[];
  readonly counts: Readonly<Record<Level | 'otherGroups', number>>;
  /** Version of the HAProxy that was asked; null: none was. */
  readonly haproxy: string | null;
}

const ORDER: Readonly<Record<Level, number>> = { hand: 0, better: 1, same: 2 };

/** Worst first. */
export const byLevel = (a: { readonly level: Level }, b: { readonly level: Level }): number => ORDER[a.level] - ORDER[b.level];

/** The worst of them; without any: same. */
export const verdictOf = (levels: Iterable<Level>): Level => [...levels].sort((a, b) => ORDER[a] - ORDER[b])[0] ?? 'same';
