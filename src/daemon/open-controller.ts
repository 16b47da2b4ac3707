import type { Logger } from 'pino';
import { askGates } from '../controller/ask-gates.ts';
import { Controller } from '../controller/controller.ts';
import { Leader, selfIn } from '../controller/leader.ts';
import { MarathonApps } from '../controller/marathon-apps.ts';
import { observeAll } from '../controller/observe-all.ts';
import { Writes } from '../marathon/writes.ts';
import type { AppFacts } from '../rollout/facts.ts';
import type { GroupObservation } from '../rollout/observation.ts';
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
  const self = selfIn(process.env);
  const facts = async (appId: string): Promise<AppFacts | undefined> => apps.facts(appId);
  const leader = new Leader({ mode, self, healthySince: async (appId) => apps.healthySince(appId), nowMs });
  const ending = made.add(new AbortController(), (it) => it.abort());
  const controller = made.add(
    new Controller(
      {
        ...{ log, nowMs, facts },
        observe: async (group) => observeAll({ self, observe, facts }, group),
        book: () => book.book,
        edit: async (edit) => book.edit(edit),
        isLeading: async () => leader.isLeading(),
        carryOut: async (action) => apps.carryOut(action),
        ask: async (rollout, seen) => askGates(rollout, seen, { hooksDir, localProbes, signal: ending.signal }),
      },
      LOOK_EVERY_MS,
    ),
    (it) => it.close(),
  );
  return { wake: () => controller.wake(), apps };
};
