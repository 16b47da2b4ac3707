import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** A client of an upstream that echoes lines, each after the name of its task. */
export class LineClient {
  readonly #socket: Socket;
  readonly #waiting: ((answer: string | Error) => void)[] = [];

  constructor(address: string, port: number) {
    this.#socket = connect(port, address);
    const fail = (error: Error): void => {
      for (const answer of this.#waiting.splice(0)) answer(error);
    };
    const lines = createInterface({ input: this.#socket });
    lines.on('line', (line) => this.#waiting.shift()?.(line));
    // Readline passes the socket's errors on.
    lines.on('error', fail);
    this.#socket.on('error', fail);
    this.#socket.on('close', () => fail(new Error('closed without an answer')));
  }

  /** The task that sent the line back. */
  async ask(line: string): Promise<string> {
    if (this.#socket.destroyed) throw new Error('the connection has ended');
    const answer = await new Promise<string | Error>((resolve) => {
      this.#waiting.push(resolve);
      this.#socket.write(`${line}\n`);
    });
    if (answer instanceof Error) throw answer;
    const [task = '', echo] = answer.split(' ');
    if (echo !== line) throw new Error(`'${line}' came back as '${answer}'`);
    return task;
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** One line on a connection of its own. */
export const askLine = async (address: string, port: number, line = 'hello'): Promise<string> => {
  const client = new LineClient(address, port);
  try {
    return await client.ask(line);
  } finally {
    client.close();
  }
};
