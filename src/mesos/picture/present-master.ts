import { isSameMaster, type MasterIdentity, type WholeFacts } from '../facts/facts.ts';
import { Settling, type SettlingLimits } from './settling.ts';

/** Which master the facts are of, and whether what it does not have is gone: of another one than before only when it has settled. */
export class PresentMaster {
  readonly #limits: SettlingLimits;
  #settling: Settling | undefined;
  #identity: MasterIdentity | undefined;
  /** The last one of which all facts were. */
  #settledIdentity: MasterIdentity | undefined;

  /** @param settled of an earlier life */
  constructor(limits: SettlingLimits, settled: MasterIdentity | undefined) {
    this.#limits = limits;
    this.#settledIdentity = settled;
  }

  get settledIdentity(): MasterIdentity | undefined {
    return this.#settledIdentity;
  }

  get isSettling(): boolean {
    return this.#settling !== undefined;
  }

  get awaitedAgents(): number {
    return this.#settling?.awaited ?? 0;
  }

  /** When it has settled unless something happens before; Infinity: it has. */
  get settledAtMs(): number {
    return this.#settling?.endsAtMs ?? Infinity;
  }

  /** Before what it has is taken. */
  judge({ identity, recoveredAgents }: WholeFacts, nowMs: number): void {
    if (isSameMaster(identity, this.#settledIdentity)) {
      this.#identity = identity;
      this.#settling = undefined;
      return;
    }
    const isOther = identity !== undefined && this.#identity !== undefined && !isSameMaster(identity, this.#identity);
    if (this.#settling === undefined || isOther) {
      this.#identity = identity;
      this.#settling = new Settling(this.#limits, recoveredAgents, nowMs);
    } else {
      this.#identity = identity ?? this.#identity;
      this.#settling.await(recoveredAgents, nowMs);
    }
  }

  /** An agent is back, or will not come. */
  noteAgent(id: string, nowMs: number): void {
    this.#settling?.noteAgent(id, nowMs);
  }

  /** Something that was missing is back. */
  noteReturn(nowMs: number): void {
    this.#settling?.noteReturn(nowMs);
  }

  /** Whether it has settled just now: all agents are back, or were waited for long enough. */
  settles(nowMs: number): boolean {
    if (nowMs < this.settledAtMs) return false;
    this.#settling = undefined;
    this.#settledIdentity = this.#identity;
    return true;
  }
}
