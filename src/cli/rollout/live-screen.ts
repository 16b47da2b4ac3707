/** What is needed of a terminal: standard output, or what stands for it. */
export interface Terminal {
  readonly columns?: number;
  readonly rows?: number;
  write: (text: string) => unknown;
}

const DEFAULT_SIZE = { columns: 80, rows: 24 };

/** Another screen, whose lines are cut and not wrapped, without a cursor: what was on the terminal is there again behind it. */
const ENTER = '\u001B[?1049h\u001B[?7l\u001B[?25l\u001B[2J';
const LEAVE = '\u001B[?25h\u001B[?7h\u001B[?1049l';
/** Terminals that know it show what is between at once; the others take no notice. */
const BEGIN = '\u001B[?2026h';
const END = '\u001B[?2026l';

/** A whole screen that is drawn again and again without a flicker: over what is there, line by line, and never emptied first. */
export class LiveScreen {
  readonly #terminal: Terminal;
  #isOpen = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  get width(): number {
    return this.#terminal.columns ?? DEFAULT_SIZE.columns;
  }

  /** `lines`: as the terminal takes them. Those that find no place below are left out. */
  draw(lines: readonly string[]): void {
    const rows = this.#terminal.rows ?? DEFAULT_SIZE.rows;
    const text = lines
      .slice(0, rows)
      .map((line) => `${line}\u001B[K`)
      .join('\r\n');
    this.#terminal.write(`${this.#isOpen ? '' : ENTER}${BEGIN}\u001B[H${text}\u001B[J${END}`);
    this.#isOpen = true;
  }

  /** The terminal is as it was. To be called on every way out; once more does no harm. */
  close(): void {
    if (this.#isOpen) this.#terminal.write(LEAVE);
    this.#isOpen = false;
  }
}
