import { Agent, request } from 'node:https';
import type { TestContext } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { atEnd } from './at-end.ts';

/** What is asked over TLS. */
export interface TlsVisit {
  readonly address: string;
  readonly port: number;
  /** SNI; absent: none. */
  readonly name?: string;
  /** Header; absent: the name. */
  readonly host?: string;
  /** What the client shows. */
  readonly shows?: { readonly cert: string; readonly key: string };
}

export interface TlsAnswer {
  /** Of the certificate that the server shows. */
  readonly fingerprint: string;
  /** 0: it closed instead of an answer. */
  readonly status: number;
}

/** A request on a connection of its own. */
export const askTls = async ({ address, port, name, host = name ?? 'x', shows }: TlsVisit): Promise<TlsAnswer> =>
  new Promise((resolve, reject) => {
    let text = '';
    let fingerprint = '';
    const sni = name === undefined ? {} : { servername: name };
    const socket: TLSSocket = connect({ host: address, port, rejectUnauthorized: false, ...sni, ...shows }, () => {
      fingerprint = socket.getPeerCertificate().fingerprint256;
      socket.write(`GET / HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
    });
    socket.on('data', (bytes: Buffer) => (text += bytes.toString()));
    // Who shows no certificate is told so after the handshake, which is over for the client by then.
    socket.on('error', (error: Error) => {
      if (fingerprint === '') reject(error);
      else socket.destroy();
    });
    socket.on('close', () => resolve({ fingerprint, status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0) }));
  });

const askKept = async (visit: TlsVisit, agent: Agent): Promise<number> =>
  new Promise((resolve, reject) => {
    const { address, port, name = '' } = visit;
    const outgoing = request({ host: address, port, servername: name, headers: { host: name }, agent }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end();
  });

/** Clients over TLS that ask without a break, some by new connections and some by one that they keep. They never retry. */
export class SteadyTls {
  readonly #visit: TlsVisit;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
  readonly #clients: Promise<void>[];
  readonly failures: string[] = [];
  /** Certificates that were shown. */
  readonly fingerprints = new Set<string>();
  #requests = 0;
  #isOver = false;

  constructor(visit: TlsVisit) {
    this.#visit = visit;
    const fresh = async (): Promise<number> => {
      const { fingerprint, status } = await askTls(visit);
      this.fingerprints.add(fingerprint);
      return status;
    };
    this.#clients = [fresh, fresh, fresh, async () => askKept(this.#visit, this.#agent)].map(async (ask) => this.#repeat(ask));
  }

  get requests(): number {
    return this.#requests;
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#clients);
    this.#agent.destroy();
  }

  async #repeat(ask: () => Promise<number>): Promise<void> {
    while (!this.#isOver) {
      const failure = await ask().then(
        (status) => (status === 200 ? undefined : `status ${status}`),
        (error: unknown) => String(error),
      );
      if (failure !== undefined) this.failures.push(failure);
      this.#requests += 1;
    }
  }
}

/** The same, until the end of the test at the latest. */
export const steadyTls = (t: TestContext, visit: TlsVisit): SteadyTls => {
  const clients = new SteadyTls(visit);
  atEnd(t, async () => clients.stop());
  return clients;
};
