import type { Definition } from './definition.ts';
import { oldInstances } from './needed.ts';
import type { HistoryEntry, Rollout } from './rollout.ts';

/** How much of the book one rollout takes, and may come to take. */

/** Of a definition as JSON. It is copied with each write of the book. */
const MOST_OF_DEFINITION = 64 * 1024;
/** Of all that has happened. */
const MOST_OF_HISTORY = 16_000;
/** What its state holds besides gates and tasks: what it waits for, why it goes back, who has paused it and why. */
const MOST_OF_STATE = 10_000;
/** A task that is drained: its id has the app's in it. */
const TASK = 120;

/** As JSON, in UTF-8. */
export const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** undefined: both are small enough. */
export const whyTooLarge = (definitions: Rollout['definitions']): string | undefined => {
  const sizes = Object.entries(definitions).map(([appId, definition]) => [appId, bytesOf(definition)] as const);
  const [appId, size = 0] = sizes.find(([, bytes]) => bytes > MOST_OF_DEFINITION) ?? [];
  return appId === undefined ? undefined : `the definition of ${appId} has ${size} bytes as JSON, and may have ${MOST_OF_DEFINITION}`;
};

/** The newest of what has happened: the oldest is left out where there is too much of it. */
export const recent = (history: readonly HistoryEntry[]): readonly HistoryEntry[] => {
  let bytes = 0;
  const tooMuch = history.findLastIndex((entry) => {
    bytes += bytesOf(entry);
    return bytes > MOST_OF_HISTORY;
  });
  return history.slice(Math.min(tooMuch + 1, history.length - 1));
};

const roomOf = (rollout: Rollout): number => {
  const { to, from = to, options } = rollout;
  const tasks = Math.max(options.instances, oldInstances(rollout)) * (TASK + Math.max(to.length, from.length));
  return MOST_OF_HISTORY + MOST_OF_STATE + 3 * bytesOf(options.gates) + tasks;
};

/** What it may still need to go on, to be paused, to go back, and to drain. */
export const roomLeft = (rollout: Rollout): number =>
  rollout.state.phase === 'ended' ? 0 : Math.max(0, roomOf(rollout) - bytesOf(rollout.state) - bytesOf(rollout.history));

/** Only the old app of one that is done can be brought back. */
const stillNeeded = ({ from, definitions, state }: Rollout): Readonly<Record<string, Definition>> => {
  const old = from === undefined ? undefined : definitions[from];
  return from === undefined || old === undefined || state.outcome !== 'done' ? {} : { [from]: old };
};

/** Without the definitions that nobody can ask for any more. */
export const tidied = (rollout: Rollout): Rollout =>
  rollout.state.phase === 'ended' ? { ...rollout, definitions: stillNeeded(rollout) } : rollout;

/** Why what has ended cannot be undone; undefined: it may be. */
export const whyNoDefinition = ({ from = '', definitions, state }: Rollout): string | undefined =>
  state.phase === 'ended' && definitions[from] === undefined
    ? `the definition of ${from} is not kept any more, for there was no room: start a rollout with it`
    : undefined;

/** How what has ended can take less, step by step. */
export const LEANER: readonly ((rollout: Rollout) => Rollout | undefined)[] = [
  (rollout) => ({ ...rollout, definitions: {} }),
  () => undefined,
];
