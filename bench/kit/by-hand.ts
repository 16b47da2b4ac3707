import { setTimeout as sleep } from 'node:timers/promises';
import { CliSession } from '../../src/haproxy/cli-session.ts';
import { mapFile, parseMapEntries } from '../../src/haproxy/map-answers.ts';

const ANSWER_MS = 30_000;

/** What an operator would type on HAProxy's admin socket, on one session that stays open. */
export class ByHand {
  readonly #session: CliSession;

  private constructor(session: CliSession) {
    this.#session = session;
  }

  static async open(adminSocket: string): Promise<ByHand> {
    return new ByHand(await CliSession.open(adminSocket, ANSWER_MS));
  }

  /** The backend that a host's requests go to. */
  async backendOf(host: string): Promise<string> {
    const [routes = ''] = await this.#session.ask([`show map ${mapFile('routes')}`], ANSWER_MS);
    const backend = parseMapEntries(routes).get(`${host}/`);
    if (backend === undefined) throw new Error(`HAProxy has no route for ${host}`);
    return backend;
  }

  /** `address`: '<address>:<port>'. */
  async addServer(server: string, address: string): Promise<void> {
    await this.#send([
      [`add server ${server} ${address} id 9999`, /registered/],
      [`set server ${server} state ready`, /^$|^Server /],
    ]);
  }

  async removeServer(server: string): Promise<void> {
    await this.#send([
      [`set server ${server} state maint`, /^$|^Server /],
      [`del server ${server}`, /deleted/],
    ]);
  }

  /** All that a new app needs, where HAProxy can be given backends. */
  async addApp(backend: string, profile: string, address: string, host: string): Promise<void> {
    await this.#send([
      [`add backend ${backend} from ${profile}`, /registered/],
      [`publish backend ${backend}`, /published/],
      [`add server ${backend}/by-hand ${address} id 9999`, /registered/],
      [`set server ${backend}/by-hand state ready`, /^$|^Server /],
      [`add map ${mapFile('routes')} ${host}/ ${backend}`, /^$/],
    ]);
  }

  async removeApp(backend: string, host: string): Promise<void> {
    await this.#send([
      [`del map ${mapFile('routes')} ${host}/`, /^$/],
      [`unpublish backend ${backend}`, /unpublished/],
      [`set server ${backend}/by-hand state maint`, /^$|^Server /],
      [`del server ${backend}/by-hand`, /deleted/],
      [`del backend ${backend}`, /deleted/],
    ]);
  }

  close(): void {
    this.#session.close();
  }

  async #send(commands: readonly (readonly [line: string, accept: RegExp])[]): Promise<void> {
    const answers = await this.#session.ask(
      commands.map(([line]) => line),
      ANSWER_MS,
    );
    for (const [index, [line, accept]] of commands.entries()) {
      const answer = answers[index]?.trim() ?? '';
      if (accept.test(answer)) continue;
      if (!/still has connections/.test(answer)) throw new Error(`HAProxy answered '${answer}' to '${line}'`);
      // The request that was answered just now is not off its books yet; what comes after needs this one.
      await sleep(5);
      await this.#send(commands.slice(index));
      return;
    }
  }
}
