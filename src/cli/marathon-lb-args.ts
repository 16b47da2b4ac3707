import { Command, CommanderError } from 'commander';
import { addLegacyFlags } from './legacy-flags.ts';
import { addRunFlags } from './run-flags.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The arguments of a Marathon-LB as Sluice reads them. */
export interface MarathonLbArgs {
  /** Values by the names that toSettings takes. */
  readonly flags: Readonly<Record<string, unknown>>;
  /** Long names of the flags that were given. */
  readonly given: readonly string[];
  /** What would be refused, and why. */
  readonly wrong: readonly string[];
}

const MODES: readonly string[] = ['sse', 'poll'];

const makeCommand = (): Command => {
  const command = addLegacyFlags(addRunFlags(new Command('sse')));
  command.option('-d, --dry', '').option('--longhelp', '');
  return command.exitOverride().configureOutput({ writeErr: () => undefined });
};

/** Variables that stand for a flag. */
const takeEnvironment = (command: Command, environment: Environment): void => {
  for (const option of command.options) {
    const value = environment[option.envVar ?? ''];
    if (option.envVar === undefined || value === undefined || value === '') continue;
    if (command.getOptionValueSource(option.attributeName()) === undefined)
      command.setOptionValueWithSource(option.attributeName(), value, 'env');
  }
};

/** What is wrong with the words behind the mode; none: they are taken. */
const take = (command: Command, words: readonly string[]): readonly string[] => {
  try {
    const { operands, unknown } = command.parseOptions([...words]);
    return [...unknown.slice(0, 1), ...operands].map((word) => `${word} is refused with exit code 2: there is no such flag`);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return [error.message.replace(/^error: /, '')];
  }
};

/** Reads arguments such as ['sse', '--group', 'external']; without a mode they are those of marathon_lb.py. */
export const readMarathonLbArgs = (args: readonly string[], environment: Environment): MarathonLbArgs => {
  const [first = ''] = args;
  const hasMode = first !== '' && !first.startsWith('-');
  const command = makeCommand();
  const wrong = [
    ...(hasMode && !MODES.includes(first) ? [`${first} is no mode: there are sse and poll, and any other is exit code 1`] : []),
    ...take(command, hasMode ? args.slice(1) : args),
  ];
  takeEnvironment(command, environment);
  return {
    flags: { ...command.opts(), ...(first === 'poll' ? { poll: true } : {}) },
    given: command.options.filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli').map(({ long }) => long ?? ''),
    wrong,
  };
};
