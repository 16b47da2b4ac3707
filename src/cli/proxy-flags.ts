import { type Command, Option } from 'commander';

/** What stands in front of this balancer: flags of all verbs that make a configuration. */
export const addProxyFlags = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--trusted-proxies <networks>',
        'whose X-Forwarded-Proto and X-Forwarded-Port are believed, comma separated; from all others they are removed (default: nothing is removed or believed)',
      ).env('SLUICE_TRUSTED_PROXIES'),
    )
    .addOption(
      new Option(
        '--accept-proxy <networks>',
        'whose connections to the http and https frontends begin with the PROXY protocol, comma separated (default: nobody’s)',
      ).env('SLUICE_ACCEPT_PROXY'),
    );
