import { type Command, Option } from 'commander';
import { collect } from './collect.ts';

/** Flags, description, and whether it may be given more than once. */
type Flag = readonly [flags: string, description: string, many?: 'many'];

const FLAGS: readonly Flag[] = [
  [
    '--dns-listen <address:port>',
    'answer DNS there, by UDP and TCP, as Mesos-DNS did: docs/dns.md (default: nowhere); may be given more than once',
    'many',
  ],
  ['--mesos-dns-config <file>', 'do so as the configuration file of Mesos-DNS says; other flags go before it'],
  ['--dns-http-listen <address:port>', "answer Mesos-DNS's REST API there; may be given more than once", 'many'],
  ['--dns-domain <name>', 'the domain of all names (default: mesos)'],
  ['--dns-ttl <seconds>', 'how long answers hold (default: 5)'],
  ['--dns-health <on|off>', 'leave out tasks that fail their checks; off: as Mesos-DNS, all that run (default: on)'],
  ['--dns-framework <name>', "Marathon's name in Mesos, a part of all its names (default: as Marathon says)"],
  ['--dns-records <file>', 'more records; read again when it changes'],
  ['--dns-resolver <[zone=]address>', 'ask there about other names, or about those of one zone; may be given more than once', 'many'],
  [
    '--dns-forward <on|off>',
    'ask others about other names; on without --dns-resolver: those of /etc/resolv.conf (default: where one is given)',
  ],
  ['--dns-allow <network>', 'who is answered; may be given more than once (default: loopback and private networks)', 'many'],
  ['--dns-transfer-allow <network>', 'who may have whole zones (AXFR, IXFR); may be given more than once (default: nobody)', 'many'],
  ['--dns-notify <address>', 'tell there when the zone has changed (NOTIFY); may be given more than once', 'many'],
  ['--dns-rate-limit <n>', 'questions of one client in a second, by UDP (default: any number)'],
  ['--dns-srv-weights <haproxy|off>', 'weights in SRV records are those of the servers in HAProxy (default: off)'],
  [
    '--dns-srv-unknown <nxdomain|noerror>',
    'what SRV questions for names that do not exist are told; noerror: as Mesos-DNS (default: nxdomain)',
  ],
  [
    '--mesos-master <host:port>',
    'ask Mesos too, for names of other frameworks, agents and masters: masters, or one zk://HOST:PORT/PATH',
    'many',
  ],
  ['--mesos-auth-credential-file <file>', 'how masters are told who asks: PRINCIPAL:SECRET in its first line'],
  ['--mesos-iam-config <file>', 'the same by a service account of DC/OS: JSON with uid, private_key and login_endpoint'],
  ['--mesos-ca-cert <file>', 'masters are asked by https, and have certificates that these sign (PEM)'],
  ['--mesos-https', "masters are asked by https, and have certificates that the system's authorities sign"],
  ['--mesos-refresh <seconds>', 'pause between reads of masters that do not stream their events (default: 10)'],
];

const variable = (flags: string): string => `SLUICE_${(/--([a-z-]+)/.exec(flags)?.[1] ?? '').replaceAll('-', '_').toUpperCase()}`;

/** What names there are, whoever is answered. */
const OF_NAMES: ReadonlySet<string | undefined> = new Set([
  '--mesos-dns-config',
  ...['domain', 'ttl', 'health', 'framework', 'records'].map((word) => `--dns-${word}`),
]);

const add = (command: Command, all: readonly Flag[]): Command => {
  for (const [flags, description, many] of all) {
    const option = new Option(flags, description).env(variable(flags));
    command.addOption(many === undefined ? option : option.argParser(collect));
  }
  return command;
};

/** The DNS responder, and Mesos for it: flags of `run` and `doctor`. */
export const addDnsFlags = (command: Command): Command => add(command, FLAGS);

/** Those of them that say which names there are. */
export const addNameFlags = (command: Command): Command =>
  add(
    command,
    FLAGS.filter(([flags]) => OF_NAMES.has(flags.split(' ')[0])),
  );
