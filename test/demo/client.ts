import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import type { MarathonEvent } from '../../src/demo/events/event.ts';
import type { StandInOptions } from '../../src/demo/options.ts';
import { type StandIn, startStandIn } from '../../src/demo/stand-in.ts';

/** Fast enough for tests: a check interval of 10 s passes in 200 ms, a lost agent is noticed after 1.5 s. */
const TEST_TIME_SCALE = 0.02;

/** A stand-in that ends with the test. */
export async function standInFor(context: TestContext, options: StandInOptions = {}): Promise<StandIn> {
  const standIn = await startStandIn({ timeScale: TEST_TIME_SCALE, ...options });
  context.after(async () => standIn.close());
  return standIn;
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Read it with test/kit/json.ts; undefined: it is no JSON. */
  readonly body: unknown;
}

export async function call(standIn: StandIn, method: string, path: string, body?: unknown): Promise<Answered> {
  const response = await fetch(`${standIn.url}${path}`, {
    method,
    redirect: 'manual',
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '') && text !== '';
  const parsed: unknown = isJson ? JSON.parse(text) : undefined;
  return { status: response.status, headers: response.headers, text, body: parsed };
}

/** Writes and waits until the deployment has ended. */
export async function deploy(standIn: StandIn, method: string, path: string, body?: unknown): Promise<Answered> {
  const answered = await call(standIn, method, path, body);
  await standIn.waitForDeployment(answered.headers.get('marathon-deployment-id') ?? '');
  return answered;
}

/** `SU TASK_RUNNING`, `IC Running`, ...: the events in the words of Marathon's documents, those of deployments and of one app. */
export function words(events: readonly MarathonEvent[]): readonly string[] {
  return events.map((event) => {
    switch (event.eventType) {
      case 'status_update_event':
        return `SU ${String(event['taskStatus'])}`;
      case 'instance_changed_event':
        return `IC ${String(event['condition'])}`;
      case 'health_status_changed_event':
        return `HC ${String(event['alive'])}`;
      case 'instance_health_changed_event':
        return `IH ${String(event['healthy'])}`;
      default:
        return event.eventType;
    }
  });
}

/** A raw connection: everything that came over it, byte for byte. */
export class RawClient {
  readonly #socket: Socket;
  readonly #chunks: Buffer[] = [];
  closed = false;

  constructor(url: string, request: string) {
    const { hostname, port } = new URL(url);
    this.#socket = connect(Number(port), hostname, () => this.#socket.write(request));
    this.#socket.on('data', (chunk) => this.#chunks.push(chunk));
    this.#socket.on('close', () => (this.closed = true));
    this.#socket.on('error', () => (this.closed = true));
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString('latin1');
  }

  /** What comes after the head. */
  get body(): string {
    return this.text.slice(this.text.indexOf('\r\n\r\n') + 4);
  }

  pause(): void {
    this.#socket.pause();
  }

  end(): void {
    this.#socket.destroy();
  }
}

/** Opens an event stream by hand and waits for its head. */
export async function openEvents(
  context: TestContext,
  standIn: StandIn,
  { query = '', url = standIn.url, headers = '' } = {},
): Promise<RawClient> {
  const client = new RawClient(url, `GET /v2/events${query} HTTP/1.1\r\nHost: marathon\r\nAccept: text/event-stream\r\n${headers}\r\n`);
  context.after(() => client.end());
  await standIn.until('the stream has a head', () => client.text.includes('\r\n\r\n'));
  return client;
}
