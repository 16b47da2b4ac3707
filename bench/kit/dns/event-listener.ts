import { request } from 'undici';
import { nowMs } from '../clock.ts';

/** Somebody who hears Marathon's events as Sluice does, and does nothing but note when. */
export class EventListener {
  readonly #ended = new AbortController();
  #waiting: ((atMs: number) => void) | undefined;

  static async open(marathon: string): Promise<EventListener> {
    const listener = new EventListener();
    const { body } = await request(`${marathon}/v2/events`, {
      headers: { accept: 'text/event-stream' },
      bodyTimeout: 0,
      signal: listener.#ended.signal,
    });
    body.on('error', () => undefined);
    body.on('data', (piece: Buffer) => listener.#hear(piece));
    return listener;
  }

  /** Resolves to the moment, of nowMs(), at which the next task was heard to run. */
  async nextRunning(): Promise<number> {
    return new Promise((resolve) => (this.#waiting = resolve));
  }

  close(): void {
    this.#ended.abort();
  }

  #hear(piece: Buffer): void {
    if (this.#waiting === undefined || !piece.includes('TASK_RUNNING')) return;
    this.#waiting(nowMs());
    this.#waiting = undefined;
  }
}
