import type { Observations } from '../../rollout/observation.ts';
import { drawing, type Seen } from './drawing.ts';
import type { Follower } from './follow.ts';
import { LiveScreen, type Terminal } from './live-screen.ts';
import type { Look } from './look.ts';
import { ratesBetween } from './rates.ts';
import { toText } from './styled.ts';

/** What is measured is that of so many looks: of one second alone a small share would jump. */
const LOOKS = 10;

/** Draws a rollout on a whole screen, again and again. */
export class LiveFollower implements Follower {
  readonly #screen: LiveScreen;
  readonly #isColoured: boolean;
  readonly #looks: Observations[] = [];
  #last: Omit<Seen, 'nowMs'> | undefined;

  constructor(terminal: Terminal, isColoured: boolean) {
    this.#screen = new LiveScreen(terminal);
    this.#isColoured = isColoured;
  }

  /** Arrow functions: they are handed on by themselves. */
  readonly seen = (view: Look): void => {
    const rates = this.#ratesOf(view);
    this.#last = { view, ...(rates === undefined ? {} : { rates }) };
    this.draw();
  };

  readonly away = (because: string, forMs: number): void => {
    if (this.#last === undefined) return;
    this.#last = { ...this.#last, away: { because, forMs } };
    this.draw();
  };

  /** Once more, as when the terminal has got another size. */
  readonly draw = (): void => {
    if (this.#last === undefined) return;
    // In the last column a terminal would take back what it was given.
    const width = this.#screen.width - 1;
    this.#screen.draw(this.#lines(this.#last, width));
  };

  /** The terminal is as it was, and below what was there stands what was seen last. */
  readonly close = (): void => {
    this.#screen.close();
  };

  /** What was seen last, for a terminal that scrolls. */
  lines(width: number): readonly string[] {
    return this.#last === undefined ? [] : this.#lines(this.#last, width);
  }

  #lines(last: Omit<Seen, 'nowMs'>, width: number): readonly string[] {
    return drawing({ ...last, nowMs: Date.now() }, width).map((line) => toText(line, { width, isColoured: this.#isColoured }));
  }

  #ratesOf({ observations, apps }: Look): Seen['rates'] {
    if (observations === undefined || observations.seen.length === 0) return undefined;
    this.#looks.push(observations);
    if (this.#looks.length > LOOKS) this.#looks.shift();
    const [first = observations] = this.#looks;
    return ratesBetween(
      first,
      observations,
      apps.map(({ appId }) => appId),
    );
  }
}
