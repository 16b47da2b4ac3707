import type { Logger } from 'pino';
import { messageOf } from '../kit/error.ts';
import type { RenderedFile } from '../render/file.ts';
import { withSocketsAnew } from './admin-socket.ts';
import { checkBinds, listenersIn, type Listener } from './bind-check.ts';
import { CheckPatience } from './check-patience.ts';
import { checkConfig } from './check.ts';
import { describeDiagnostic, type Diagnostic } from './diagnostics.ts';
import type { Generations } from './generations.ts';
import type { Master } from './master.ts';
import type { DeployResult, Expected } from './options.ts';
import type { Program } from './program.ts';
import type { StartStates } from './start-states.ts';

interface ConfigurationOptions {
  readonly program: Program;
  readonly log: Logger;
  readonly generations: Generations;
  readonly startStates: StartStates;
  readonly master: Master;
  /** Aborted: nothing is waited for any longer. */
  readonly hurry: AbortSignal | undefined;
}

/** What HAProxy is given: staged, checked, put in force, saved; and the last good one, for when a new one cannot be had. Not for two at a time. */
export class Configuration {
  readonly #options: ConfigurationOptions;
  /** Warnings of the last check. */
  #told: ReadonlySet<string> = new Set();
  #socketsMade = 0;
  readonly #patience = new CheckPatience();

  constructor(options: ConfigurationOptions) {
    this.#options = options;
  }

  /** Starts HAProxy with these files or reloads it. Throws as Haproxy.deploy does; something serves then, if it can be had at all. */
  async putInForce(files: readonly RenderedFile[], expected: Expected): Promise<Omit<DeployResult, 'pid'>> {
    const { generations, master } = this.#options;
    try {
      const generation = await generations.stage(await this.#reachable(files));
      const warnings = await this.#check(generation, expected);
      return { ...(await this.#switchTo(generation, expected)), warnings };
    } catch (error) {
      if (!master.isRunning) await this.#startLastGood();
      throw error;
    } finally {
      await this.#prune();
    }
  }

  /** `haproxy -c` of the '.cfg' files among these, by themselves. Throws ConfigRefused, CheckEndless. */
  async check(files: readonly RenderedFile[], limitMs?: number): Promise<void> {
    const { program, generations, startStates, hurry } = this.#options;
    const generation = await generations.stage(files);
    try {
      await startStates.clear();
      await program.assertUsable();
      await checkConfig(program.path, generations.folderOf(generation), hurry, limitMs);
    } finally {
      await generations.drop(generation);
    }
  }

  /** These files, with which the worker can be talked to also where its socket was deleted. */
  async #reachable(files: readonly RenderedFile[]): Promise<readonly RenderedFile[]> {
    return (await this.#options.master.lacksWorkersSockets()) ? withSocketsAnew(files, (this.#socketsMade += 1)) : files;
  }

  /** Makes the files on disk these, without a reload. */
  async save(files: readonly RenderedFile[]): Promise<void> {
    const { generations } = this.#options;
    if (await generations.holds(files)) return;
    await generations.use(await generations.stage(files));
    await this.#prune();
  }

  async #check(generation: string, expected: Expected): Promise<readonly Diagnostic[]> {
    const { program, generations, startStates, hurry } = this.#options;
    await startStates.clear();
    await program.assertUsable();
    // First what costs next to nothing.
    await checkBinds(expected.binds, await this.#held(expected));
    const file = generations.configFileOf(generation);
    const warnings = await this.#patience.wait(async (limitMs) => checkConfig(program.path, file, hurry, limitMs));
    this.#tell(warnings);
    return warnings;
  }

  /**
   * What our HAProxy listens on: its files say it, and they are what it was last started or reloaded with. Where they were deleted nothing tells
   * its listeners from a stranger's: all that are wanted count as its own.
   */
  async #held({ binds }: Expected): Promise<readonly Listener[]> {
    const { generations, master } = this.#options;
    if (!master.isRunning) return [];
    const config = await generations.config();
    return config === undefined ? binds : listenersIn(config);
  }

  async #switchTo(
    generation: string,
    { fingerprint, down = async () => Promise.resolve([]) }: Expected,
  ): Promise<Pick<DeployResult, 'kind' | 'tookMs'>> {
    const { generations, startStates, master } = this.#options;
    const before = await generations.current();
    await startStates.write(await down());
    await generations.use(generation);
    try {
      return await master.startOrReload(fingerprint);
    } catch (error) {
      await generations.use(before);
      throw error;
    } finally {
      await this.#forgetStates();
    }
  }

  /** Who reloads by hand later is not to begin with what is known now. */
  async #forgetStates(): Promise<void> {
    const { startStates, log } = this.#options;
    await startStates
      .clear()
      .catch((error: unknown) => log.warn({ err: error }, 'the file of servers that start down could not be emptied'));
  }

  /** What served last is better than nothing; the owner hears of what stands in the way of more. */
  async #startLastGood(): Promise<void> {
    const { generations, master, log, hurry } = this.#options;
    try {
      const fingerprint = await generations.fingerprint();
      if (fingerprint === undefined || hurry?.aborted === true) return;
      await master.startOrReload(fingerprint);
      log.warn({ fingerprint }, 'HAProxy was started with the last good configuration, for the new one cannot be had');
    } catch (error) {
      log.error({ err: error }, `HAProxy does not start with the last good configuration either: ${messageOf(error)}`);
    }
  }

  /** Each warning once, for as long as each check repeats it. */
  #tell(warnings: readonly Diagnostic[]): void {
    for (const warning of warnings)
      if (!this.#told.has(warning.message))
        this.#options.log.warn({ haproxy: describeDiagnostic(warning) }, 'HAProxy warns of its configuration');
    this.#told = new Set(warnings.map(({ message }) => message));
  }

  /** What is left over costs some room, nothing else. */
  async #prune(): Promise<void> {
    const { generations, log } = this.#options;
    await generations.prune().catch((error: unknown) => log.warn({ err: error }, 'old files of HAProxy could not be deleted'));
  }
}
