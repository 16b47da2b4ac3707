import type { Definition } from '../rollout/definition.ts';
import { isRefusal, refuse, type Refusal } from '../rollout/refusal.ts';
import { originOf } from '../rollout/origin.ts';
import type { Rollout } from '../rollout/rollout.ts';
import { newRollout, type Start } from '../rollout/start.ts';

/** All that Marathon tells of an app; undefined: there is none. @throws SluiceError when it does not answer */
export type ReadDefinition = (appId: string) => Promise<Definition | undefined>;

type Known = Parameters<typeof originOf>[1];

/** The rollout that somebody asks for, with the definition of the app that it replaces. @throws as ReadDefinition */
export const rolloutFor = async (start: Start, known: Known, read: ReadDefinition): Promise<Rollout | Refusal> => {
  const origin = originOf(start, known);
  if (isRefusal(origin)) return origin;
  if (origin.from === undefined) return newRollout(start, origin, undefined);
  const entry = known.apps.get(origin.from);
  const told = await read(origin.from);
  if (entry === undefined || told === undefined) return refuse('NO_SUCH_APP', `Marathon has no app ${origin.from}`);
  return newRollout(start, origin, { app: entry.app, told });
};
