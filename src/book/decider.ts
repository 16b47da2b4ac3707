import type { Picture } from '../picture/picture.ts';
import { type AtStart, begin } from '../rollout/edits/begin.ts';
import type { Groups } from '../rollout/edits/by-hand.ts';
import type { Edit } from '../rollout/edits/edit.ts';
import { isRefusal, type Refusal } from '../rollout/refusal.ts';
import type { Inventory } from '../rollout/edits/inventory.ts';
import { groupMembers } from '../rollout/members.ts';
import type { Rollout } from '../rollout/rollout.ts';
import type { Start } from '../rollout/start.ts';
import type { InForce } from './in-force.ts';
import { inventoryOf } from './inventory.ts';
import type { BookKeeper, ByHand } from './keeper.ts';
import { type ReadDefinition, rolloutFor } from './start-rollout.ts';

interface DeciderParts {
  readonly picture: Picture;
  readonly bookKeeper: BookKeeper;
  readonly inForce: InForce;
  readonly readDefinition: ReadDefinition;
}

/** What was decided and written. */
export interface Decided<T> {
  readonly value: T;
  /** Why HAProxy has not got it yet; absent: it is in force at this Sluice. */
  readonly notYet?: string;
}

/** Decides what somebody asks for, of what there is now. */
export class Decider {
  readonly #parts: DeciderParts;

  constructor(parts: DeciderParts) {
    this.#parts = parts;
  }

  /** All deployment groups, with their apps. */
  groups(): Groups {
    return groupMembers(this.#parts.picture, this.#parts.bookKeeper.book);
  }

  /** What an order can be about. Costs a look at every app: for people. */
  inventory(): Inventory {
    return inventoryOf(this.#parts.picture, this.groups());
  }

  /** Resolves when it is in force at this Sluice, or says why it is not. @throws SluiceError CONFLICT, STORE */
  async decide<T>(edit: Edit<T>, byHand: ByHand): Promise<Decided<T> | Refusal> {
    const done = await this.#parts.bookKeeper.edit(edit, byHand);
    if (isRefusal(done)) return done;
    const notYet = await this.#parts.inForce.wait();
    return { value: done.value, ...(notYet === undefined ? {} : { notYet }) };
  }

  /** A rollout as it would be; nothing is written. @throws SluiceError when Marathon does not answer */
  async planRollout(start: Start): Promise<Rollout | Refusal> {
    const rollout = await this.#rolloutFor(start);
    if (isRefusal(rollout)) return rollout;
    const begun = begin(rollout, this.#atStart(rollout))(this.#parts.bookKeeper.book);
    return isRefusal(begun) ? begun : rollout;
  }

  /** @throws SluiceError as planRollout, CONFLICT, STORE */
  async startRollout(start: Start): Promise<Decided<Rollout> | Refusal> {
    const rollout = await this.#rolloutFor(start);
    if (isRefusal(rollout)) return rollout;
    const what = `rollout of ${rollout.group} to ${rollout.to} started`;
    return this.decide(begin(rollout, this.#atStart(rollout)), { what, signed: start.signed });
  }

  async #rolloutFor(start: Start): Promise<Rollout | Refusal> {
    const { picture, bookKeeper, readDefinition } = this.#parts;
    return rolloutFor(start, { apps: picture.model.apps, members: this.groups(), book: bookKeeper.book }, readDefinition);
  }

  #atStart({ from }: Rollout): AtStart {
    const { picture } = this.#parts;
    return { apps: picture.model.apps, members: this.groups(), carriers: picture.carriers(from === undefined ? [] : [from]) };
  }
}
