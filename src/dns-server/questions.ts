const LIMIT_MS = 10_000;

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** Questions to another process that wait for their answers. */
export class Questions {
  readonly #send: (question: unknown, id: number) => void;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  constructor(send: (question: unknown, id: number) => void) {
    this.#send = send;
  }

  async ask(question: unknown): Promise<unknown> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.fail(id, `no answer within ${LIMIT_MS / 1000} s`), LIMIT_MS);
      this.#waiting.set(id, { resolve, reject, timer });
      this.#send(question, id);
    });
  }

  answer(id: number, answer: unknown): void {
    this.#take(id)?.resolve(answer);
  }

  fail(id: number, because: string): void {
    this.#take(id)?.reject(new Error(because));
  }

  failAll(because: string): void {
    for (const id of [...this.#waiting.keys()]) this.fail(id, because);
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    clearTimeout(waiting?.timer);
    return waiting;
  }
}
