import type { Logger } from 'pino';
import { Audit } from '../belief/audit.ts';
import { Gate } from '../belief/gate.ts';
import { DEFAULT_MINIMA } from '../belief/losses.ts';
import type { MarathonState } from '../marathon/options.ts';
import { type MarathonSource, openMarathon } from '../marathon/source.ts';
import type { ModelEvent } from '../model/event.ts';
import type { Picture } from '../picture/picture.ts';
import type { Loop } from '../reconcile/loop.ts';
import type { Settings } from '../settings.ts';
import type { ModelFile } from '../store/model-file.ts';
import { ModelKeeper } from '../store/model-keeper.ts';
import type { Made } from './made.ts';

/** From Marathon to the picture. */
export interface Intake {
  readonly marathon: MarathonSource;
  readonly gate: Gate;
  readonly audit: Audit;
  readonly modelKeeper: ModelKeeper;
}

interface IntakeOptions {
  readonly settings: Settings;
  readonly log: Logger;
  readonly made: Made;
  readonly picture: Picture;
  readonly modelFile: ModelFile;
  readonly loop: Loop;
  /** After each event. */
  readonly noteBookApp: () => void;
  /** After each event, when it is in the picture. */
  readonly onTaken?: (event: ModelEvent) => void;
  readonly onState?: (state: MarathonState) => void;
  readonly onProblem: () => void;
}

/** Begins to read Marathon: each event is noted by who judges reads, goes into the picture, and is saved. */
export const openIntake = (options: IntakeOptions): Intake => {
  const { settings, log, made, picture, modelFile, loop, noteBookApp, onTaken, onState, onProblem } = options;
  const model = () => picture.model;
  const modelKeeper = made.add(new ModelKeeper({ log, write: async (savedAt) => modelFile.write(picture.model, savedAt) }), (it) =>
    it.close(),
  );
  const take = (event: ModelEvent): void => {
    loop.take(event);
    noteBookApp();
    onTaken?.(event);
    // Before that the picture may be one app out of many.
    if (picture.mayBeApplied || picture.restoredAt !== undefined) modelKeeper.request();
  };
  const gate: Gate = made.add(
    new Gate({
      log,
      model,
      policy: { maxLossPercent: settings.maxLossPercent, ...DEFAULT_MINIMA },
      refresh: () => marathon.refresh(),
      take,
      onHold: () => loop.serveSaved(),
    }),
    (it) => it.close(),
  );
  const audit = made.add(new Audit({ log, model }), (it) => it.close());
  const onEvent = (event: ModelEvent): void => {
    gate.note(event);
    audit.note(event);
    take(event);
  };
  const admits = (event: ModelEvent): boolean => gate.admits(event);
  const handlers = { onEvent, admits, onProblem, ...(onState === undefined ? {} : { onState }) };
  const marathon: MarathonSource = made.add(openMarathon({ ...settings.marathon, log }, handlers), (it) => it.close());
  return { marathon, gate, audit, modelKeeper };
};
