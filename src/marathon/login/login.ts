import { backoffMs } from '../../kit/backoff.ts';

/** What somebody gave us to show to Marathon. */
export interface Grant {
  /** Value of the Authorization header. */
  readonly authorization: string;
  /** How long it is good. Infinity: until Marathon refuses it. */
  readonly lifeMs: number;
}

interface LoginOptions {
  /** Gets a new one; ends by itself. */
  readonly obtain: () => Promise<Grant>;
  /** A clock that nobody sets, in ms. */
  readonly now?: () => number;
  readonly backoff?: { readonly baseMs: number; readonly maxMs: number };
}

/** Reads of Marathon wait for it: what is wrong there may be right again soon. */
const BACKOFF = { baseMs: 500, maxMs: 10_000 };
/** Of its life: then the next one is asked for, while this one is still good. */
const RENEW_AFTER = 0.9;

interface Held extends Grant {
  readonly renewAtMs: number;
  readonly endsAtMs: number;
}

/**
 * The right to ask Marathon, where somebody else gives it for a time. One is got when it is needed, the next one before it ends, and another one when
 * Marathon refuses it; however many wait, one question at a time is asked, and less and less often while that leads to nothing.
 */
export class Login {
  readonly #obtain: LoginOptions['obtain'];
  readonly #now: () => number;
  readonly #backoff: NonNullable<LoginOptions['backoff']>;
  #held: Held | undefined;
  #underWay: Promise<string> | undefined;
  /** Logins in a row that failed, or led to something that Marathon refused. */
  #failures = 0;
  #notBeforeMs = -Infinity;
  #lastError: Error | undefined;

  constructor({ obtain, now = () => performance.now(), backoff = BACKOFF }: LoginOptions) {
    this.#obtain = obtain;
    this.#now = now;
    this.#backoff = backoff;
  }

  /**
   * What to show to Marathon now.
   * @throws SluiceError LOGIN_FAILED: why there is none; the same one until the next try is due
   */
  async authorization(): Promise<string> {
    const held = this.#held;
    const nowMs = this.#now();
    if (held === undefined || nowMs >= held.endsAtMs) return this.#renew();
    // Nobody waits for it. Where it fails it is tried again, and told when this one has ended and none is to be had.
    if (nowMs >= held.renewAtMs && nowMs >= this.#notBeforeMs) void this.#renew().catch(() => undefined);
    return held.authorization;
  }

  /** Marathon answered 401 to it. Whether there may be a better one: then ask for it and try again. */
  refused(authorization: string): boolean {
    if (this.#held?.authorization !== authorization) return true;
    if (this.#now() < this.#notBeforeMs) return false;
    this.#failures += 1;
    this.#held = undefined;
    return true;
  }

  /** Marathon answered, and not with 401. */
  accepted(authorization: string): void {
    if (this.#held?.authorization === authorization) this.#failures = 0;
  }

  async #renew(): Promise<string> {
    if (this.#underWay !== undefined) return this.#underWay;
    if (this.#lastError !== undefined && this.#now() < this.#notBeforeMs) throw this.#lastError;
    this.#underWay = this.#obtainOne();
    try {
      return await this.#underWay;
    } finally {
      this.#underWay = undefined;
    }
  }

  async #obtainOne(): Promise<string> {
    try {
      const grant = await this.#obtain();
      const nowMs = this.#now();
      this.#held = { ...grant, renewAtMs: nowMs + RENEW_AFTER * grant.lifeMs, endsAtMs: nowMs + grant.lifeMs };
      this.#lastError = undefined;
      return grant.authorization;
    } catch (error) {
      this.#failures += 1;
      this.#lastError = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      this.#notBeforeMs = this.#now() + (this.#failures === 0 ? 0 : backoffMs(this.#failures, this.#backoff));
    }
  }
}
