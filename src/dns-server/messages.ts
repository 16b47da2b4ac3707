import type { FeedMessage } from '../dns/feed-message.ts';

/** `dns` answers by UDP and TCP; `records` makes JSON of the same zone, which takes longer than a question may wait. */
export type Role = 'dns' | 'records';

/** What the main process says to a responder. */
export type ToResponder =
  /** The first one. `options` are its role's. */
  | { readonly kind: 'begin'; readonly options: unknown }
  /** One at a time: the next one comes when this was taken. */
  | { readonly kind: 'feed'; readonly message: FeedMessage }
  | { readonly kind: 'ask'; readonly id: number; readonly question: unknown };

/** What a responder says to the main process. */
export type FromResponder =
  | { readonly kind: 'taken' }
  /** How things are there, once a second and when something of note has changed; its role says what that is. */
  | { readonly kind: 'facts'; readonly facts: unknown }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly because: string }
  | { readonly kind: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly message: string; readonly fields: object };

/** What a role does in its process. */
export interface Responder {
  take(message: FeedMessage): void;
  /** Rejects where there is no answer. */
  ask(question: unknown): Promise<unknown>;
  facts(): unknown;
}

/** What a role may say besides its answers. */
export interface Tell {
  /** Sends the facts now. */
  readonly facts: () => void;
  readonly log: (level: 'info' | 'warn' | 'error', message: string, fields?: object) => void;
}
