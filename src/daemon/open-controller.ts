import type { Logger } from 'pino';
import { askGates } from '../controller/ask-gates.ts';
import { Controller } from '../controller/controller.ts';
import { Leader, selfIn } from '../controller/leader.ts';
import { MarathonApps } from '../controller/marathon-apps.ts';
import { Writes } from '../marathon/writes.ts';
import { messageOf } from '../kit/error.ts';
import type { GroupObservation, Observations } from '../rollout/observation.ts';
import type { Settings } from '../settings.ts';
import type { BookKeeper } from '../store/book-keeper.ts';
import type { Made } from './made.ts';

interface ControllerParts {
  readonly settings: Settings;
  readonly log: Logger;
  readonly made: Made;
  readonly book: BookKeeper;
  /** Of this Sluice. */
  readonly observe: (group: string) => Promise<GroupObservation | undefined>;
}

/** What cannot be seen now is missing, and proves nothing. */
const seenBy = async (observe: ControllerParts['observe'], group: string): Promise<Observations> => {
  try {
    const seen = await observe(group);
    return { seen: seen === undefined ? [] : [seen], missing: [] };
  } catch (error) {
    return { seen: [], missing: [{ sluice: 'this one', because: messageOf(error) }] };
  }
};

/** Rollouts are looked at so often when nothing is heard: gates, health and drains tell of themselves by nothing else. */
const LOOK_EVERY_MS = 500;

/** Carries rollouts on while this Sluice leads; asks nobody anything while there is none. */
export const openController = ({
  settings,
  log,
  made,
  book,
  observe,
}: ControllerParts): { readonly wake: () => void; readonly apps: MarathonApps } => {
  const { mode, hooksDir, localProbes } = settings.controller;
  const writes = made.add(new Writes(settings.marathon), (it) => it.close());
  const apps = new MarathonApps(writes);
  const nowMs = (): number => Date.now();
  const leader = new Leader({ mode, self: selfIn(process.env), healthySince: async (appId) => apps.healthySince(appId), nowMs });
  const ending = made.add(new AbortController(), (it) => it.abort());
  const controller = made.add(
    new Controller(
      {
        ...{ log, nowMs },
        observe: async (group) => seenBy(observe, group),
        book: () => book.book,
        edit: async (edit) => book.edit(edit),
        isLeading: async () => leader.isLeading(),
        facts: async (appId) => apps.facts(appId),
        carryOut: async (action) => apps.carryOut(action),
        ask: async (rollout, facts) => askGates(rollout, facts, { hooksDir, localProbes, signal: ending.signal }),
      },
      LOOK_EVERY_MS,
    ),
    (it) => it.close(),
  );
  return { wake: () => controller.wake(), apps };
};
