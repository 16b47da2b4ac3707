import { type Command, Option } from 'commander';

/** The statistics port: flags of all verbs that make a configuration. */
export const addStatsFlags = (command: Command): Command =>
  command
    .addOption(
      new Option('--stats-bind <address>', 'address of the statistics port: * or an IP address (default: that of --bind-address)').env(
        'SLUICE_STATS_BIND',
      ),
    )
    .addOption(
      new Option('--stats-auth <user:password>', 'who may use the statistics port; its health check stays open (default: everybody)').env(
        'SLUICE_STATS_AUTH',
      ),
    )
    .addOption(new Option('--stats-auth-file <path>', 'the same, from the first line of a file').env('SLUICE_STATS_AUTH_FILE'));
