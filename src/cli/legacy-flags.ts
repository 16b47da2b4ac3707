import { type Command, InvalidArgumentError, Option } from 'commander';

/** Flags of Marathon-LB that Sluice has no use for: accepted, so that a container's arguments work, and told once why. */
const LEGACY: readonly (readonly [flags: string, why: string])[] = [
  ['--haproxy-config <path>', 'the configuration is in the run directory: see --run-dir'],
  ['-c, --command <command>', 'Sluice reloads HAProxy itself'],
  ['--max-reload-retries <n>', 'a failed reload is tried until it goes well'],
  ['--reload-interval <seconds>', 'reloads are spaced by what they cost'],
  ['--archive-versions <n>', 'the last two configurations are kept in the run directory'],
  ['--lru-cache-capacity <n>', 'nothing is forgotten while Marathon knows it'],
  ['--haproxy-map', 'routes are always in maps'],
  ['--skip-validation', 'a configuration is always checked before HAProxy is given it'],
  ['--skip-config-cleanup', 'a wrong label takes out its own port, no more'],
  ['--syslog-socket <path>', 'the log goes to stdout, as JSON'],
  ['--log-format <format>', 'the log goes to stdout, as JSON'],
];

/** Marathon-LB would not begin with anything else there, and whoever wrote it should hear of it. */
const wholeNumber = (text: string): string => {
  if (!/^[+-]?\d+$/.test(text.trim())) throw new InvalidArgumentError('must be a whole number');
  return text;
};

const optionOf = (flags: string, why: string): Option => {
  const option = new Option(flags, `of Marathon-LB; no effect: ${why}`).hideHelp();
  return /<(n|seconds)>/.test(flags) ? option.argParser(wholeNumber) : option;
};

const nameOf = (flags: string): string => /--([a-z-]+)/.exec(flags)?.[1] ?? flags;

const camel = (name: string): string => name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

export const addLegacyFlags = (command: Command): Command => {
  for (const [flags, why] of LEGACY) command.addOption(optionOf(flags, why));
  return command;
};

/** One line for each such flag that was given. */
export const legacyNotes = (given: Readonly<Record<string, unknown>>): readonly string[] =>
  LEGACY.filter(([flags]) => given[camel(nameOf(flags))] !== undefined).map(([flags, why]) => `--${nameOf(flags)} has no effect: ${why}`);
