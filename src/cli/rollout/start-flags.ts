import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Parsed } from '../../labels/label.ts';
import { parseDuration } from '../../labels/duration.ts';
import { AT_DRAIN_LIMIT, SPLIT_BY, SURGES } from '../../rollout/choices.ts';
import type { Gate } from '../../rollout/gate.ts';
import { GATE_EXAMPLES, parseGate } from '../../rollout/gate-text.ts';
import { DEFAULT_OPTIONS, wrongSteps } from '../../rollout/options.ts';
import type { RolloutOptions } from '../../rollout/rollout.ts';

/** What a rollout is to be like, as commander hands it over. */
export interface StartFlags {
  readonly file: string;
  readonly from?: string;
  readonly steps?: readonly number[];
  readonly hold?: number;
  readonly gate?: readonly Gate[];
  readonly surge?: RolloutOptions['surge'];
  readonly instances?: number;
  readonly keep?: number;
  readonly healthyWithin?: number;
  readonly drainLimit?: number;
  readonly atDrainLimit?: RolloutOptions['atDrainLimit'];
  readonly splitBy?: RolloutOptions['splitBy'];
  readonly preview?: boolean;
  readonly previewNetworks?: readonly string[];
  readonly previewHosts?: boolean;
}

const orInvalid = <T>(parsed: Parsed<T>): T => {
  if ('wrong' in parsed) throw new InvalidArgumentError(parsed.wrong);
  return parsed.value;
};

/** In seconds, of which there are whole ones only. */
export const seconds =
  (least: string, most: string) =>
  (text: string): number => {
    const ms = text === '0' ? 0 : orInvalid(parseDuration(least, most)(text));
    if (ms % 1000 !== 0) throw new InvalidArgumentError("must be whole seconds, e.g. '30s'");
    return ms / 1000;
  };

const stepOf = (text: string): number => {
  const [, digits] = /^(\d{1,3}(?:\.\d+)?)%?$/.exec(text.trim()) ?? [];
  if (digits === undefined) throw new InvalidArgumentError(`'${text}' is no share: it is a percentage, e.g. 5,25,50,100`);
  return Number(digits);
};

const steps = (text: string): readonly number[] => {
  const shares = text.split(',').map(stepOf);
  const wrong = wrongSteps(shares);
  if (wrong !== undefined) throw new InvalidArgumentError(`${wrong}, e.g. 5,25,50,100`);
  return shares;
};

const gate = (text: string, before: readonly Gate[] = []): readonly Gate[] => [...before, orInvalid(parseGate(text))];

const networks = (text: string): readonly string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

const whole = (text: string): number => {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('must be a whole number from 1 to 99999');
  return Number(text);
};

/** What is not given is left to Sluice: its defaults are those of the API. */
export const addStartFlags = (command: Command): Command =>
  command
    .requiredOption('-f, --file <file>', "definition of the new app, as Marathon and zdd take it; '-' reads standard input")
    .option('--from <app>', 'the app that serves now; without it the one that the deployment group has')
    .addOption(
      new Option(
        '--steps <shares>',
        `shares of the new app in percent, rising to 100 (default: ${DEFAULT_OPTIONS.steps.join(',')})`,
      ).argParser(steps),
    )
    .addOption(
      new Option('--hold <time>', `how long each share is held and watched (default: ${DEFAULT_OPTIONS.holdSeconds}s)`).argParser(
        seconds('1s', '30d'),
      ),
    )
    .addOption(
      new Option('--gate <gate>', `what must hold for the next step; may be given more than once: ${GATE_EXAMPLES.join(', ')}`).argParser(
        gate,
      ),
    )
    .addOption(
      new Option('--surge <how>', 'full: all new instances before the first share; matched: instances follow the share').choices(SURGES),
    )
    .addOption(new Option('--instances <n>', 'of the new app at the end (default: as many as the old one has)').argParser(whole))
    .addOption(
      new Option('--keep <time>', 'how long the old app is kept at the end, ready to go back to (default: 0, not at all)').argParser(
        seconds('1s', '30d'),
      ),
    )
    .addOption(
      new Option(
        '--healthy-within <time>',
        `how long each step may wait: for healthy instances, for a Sluice, for gates after the hold (default: ${DEFAULT_OPTIONS.healthyWithinSeconds / 60}m)`,
      ).argParser(seconds('1s', '1d')),
    )
    .addOption(
      new Option(
        '--drain-limit <time>',
        `how long connections of a task that is to end are waited for (default: ${DEFAULT_OPTIONS.drainSeconds / 60}m)`,
      ).argParser(seconds('1s', '30d')),
    )
    .addOption(
      new Option('--at-drain-limit <what>', 'of connections that outlive it: wait for them, or close them with their task').choices(
        AT_DRAIN_LIMIT,
      ),
    )
    .addOption(
      new Option('--split-by <what>', 'request: each request by itself; user: a cookie keeps a visitor on one colour').choices(SPLIT_BY),
    )
    .option('--preview', 'who asks for the new colour reaches it before it has a share: header X-Sluice-Colour, cookie SLUICE_COLOUR')
    .addOption(
      new Option(
        '--preview-networks <networks>',
        'the same, and for these clients alone: addresses and networks, comma separated',
      ).argParser(networks),
    )
    .option('--preview-hosts', 'the same, and each host has one for the new colour: green.shop.example.com');

const previewOf = ({ preview, previewNetworks, previewHosts }: StartFlags): RolloutOptions['preview'] => {
  if (preview !== true && previewNetworks === undefined && previewHosts !== true) return undefined;
  return { hosts: previewHosts === true, ...(previewNetworks === undefined ? {} : { networks: previewNetworks }) };
};

const given = <T extends object>(values: T): Partial<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;

/** The options that were given, in the words of the API. */
export const givenOptions = (flags: StartFlags): Partial<RolloutOptions> =>
  given({
    steps: flags.steps,
    holdSeconds: flags.hold,
    gates: flags.gate,
    surge: flags.surge,
    instances: flags.instances,
    keepSeconds: flags.keep,
    healthyWithinSeconds: flags.healthyWithin,
    drainSeconds: flags.drainLimit,
    atDrainLimit: flags.atDrainLimit,
    splitBy: flags.splitBy,
    preview: previewOf(flags),
  }) as Partial<RolloutOptions>;
