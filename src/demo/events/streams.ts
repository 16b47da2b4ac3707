import { type Faults, takeOne } from '../faults.ts';
import { publish, type World } from '../world.ts';
import { streamAttached, streamDetached } from './change-events.ts';
import { lightened } from './deployment-events.ts';
import type { MarathonEvent } from './event.ts';
import { type Cut, type EventStream, frameOf } from './stream.ts';

/** All open streams. An event is made into bytes once, however many read it. */
export class EventStreams {
  readonly #world: World;
  readonly #faults: Faults;
  readonly #streams = new Set<EventStream>();
  #onEmpty: (() => void) | undefined;

  constructor(world: World, faults: Faults, heartbeatMs: number) {
    this.#world = world;
    this.#faults = faults;
    world.bus.subscribe((event) => this.#deliver(event));
    world.clock.everyMs(heartbeatMs, () => this.#heartbeat());
  }

  get count(): number {
    return this.#streams.size;
  }

  /** A stream subscribes first, and is told of its own arrival after. It never sees its own end. */
  attach(stream: EventStream): void {
    this.#streams.add(stream);
    publish(this.#world, streamAttached(this.#world, stream.options.remoteAddress));
  }

  detach(stream: EventStream): void {
    if (!this.#streams.delete(stream)) return;
    publish(this.#world, streamDetached(this.#world, stream.options.remoteAddress));
    if (this.#streams.size === 0) this.#onEmpty?.();
  }

  /** @returns how many were cut */
  cutAll(how: Cut): number {
    const open = [...this.#streams];
    for (const stream of open) stream.cut(how);
    return open.length;
  }

  /** Resolves when no stream is left, or after the time. */
  async emptied(timeoutMs: number): Promise<void> {
    if (this.#streams.size === 0) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#world.clock.afterMs(timeoutMs, resolve);
      this.#onEmpty = () => {
        cancel();
        resolve();
      };
    });
  }

  #deliver(event: MarathonEvent): void {
    if (this.#faults.silent || takeOne(this.#faults, 'dropEvents')) return;
    const times = takeOne(this.#faults, 'duplicateEvents') ? 2 : 1;
    const readers = [...this.#streams].filter((stream) => stream.wants(event.eventType));
    if (readers.length === 0) return;
    const frame = frameOf(event);
    const lightFrame = readers.some(({ options }) => options.plans === 'light') ? frameOf(lightened(event)) : frame;
    for (const stream of readers) {
      for (let time = 0; time < times; time++) stream.send(stream.options.plans === 'light' ? lightFrame : frame);
    }
  }

  #heartbeat(): void {
    if (this.#faults.silent) return;
    for (const stream of this.#streams) stream.heartbeat();
  }
}
