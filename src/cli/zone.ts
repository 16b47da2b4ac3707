import type { Command } from 'commander';
import { dnsOptions } from '../daemon/dns-options.ts';
import { refreshSeconds } from '../daemon/open-records.ts';
import { knownName, toText } from '../dns/name.ts';
import { Zone } from '../dns/zone.ts';
import type { ZoneChange } from '../dns/zone-change.ts';
import { jsonParts } from '../dns-server/rest/json-parts.ts';
import { axfrHead, axfrTold } from '../dns-server/rest/told-zone.ts';
import { toSettings } from '../settings.ts';
import type { DnsSettings } from '../settings-dns.ts';
import { addNameFlags } from './dns-flags.ts';
import { EXIT, ExitError } from './exit-codes.ts';
import { print, printable, printJson } from './printable.ts';
import { table } from './table.ts';
import { moreRecords } from './zone/more-records.ts';
import { zoneRows } from './zone/rows.ts';
import type { Told } from './zone/told.ts';
import { toldByMarathon } from './zone/told-by-marathon.ts';
import { toldByMesos } from './zone/told-by-mesos.ts';

interface ZoneFlags {
  readonly apps?: string;
  readonly state?: string;
  readonly json?: boolean;
  readonly mesosDnsConfig?: string;
}

/** Nobody is answered, so nothing has to listen: an address takes the place of the one that `run` would need. */
const settingsOf = (flags: ZoneFlags): DnsSettings => {
  const listen = flags.mesosDnsConfig === undefined ? { dnsListen: ['127.0.0.1:53'] } : {};
  const { dns } = toSettings({ ...flags, ...listen, group: ['*'] }, process.env);
  if (dns === undefined) throw new Error('settings with a listener say how names are answered');
  return dns;
};

const told = async ({ apps, state }: ZoneFlags, dns: DnsSettings): Promise<Told> => {
  if (apps !== undefined && state === undefined) return toldByMarathon(apps, dns);
  if (state !== undefined && apps === undefined) return toldByMesos(state, dns);
  throw new ExitError(EXIT.usage, 'zone needs one file: --apps with what Marathon answers, or --state with what Mesos answers');
};

const zoneOf = (dns: DnsSettings, change: ZoneChange): Zone => {
  const options = dnsOptions(dns, 1).zone;
  const zone = new Zone(dns.config === undefined ? { ...options, listenerAddresses: [] } : options);
  zone.apply(change);
  return zone;
};

/** What the REST interface has at `/v1/axfr`, names in order: equal zones are equal texts. */
const axfrText = (zone: Zone, dns: DnsSettings): string => {
  const sets = zone.snapshot(knownName(dns.domain)).map((set) => ({ ...set, shown: toText(set.name) }));
  const sorted = sets.toSorted((a, b) => (a.shown < b.shown ? -1 : 1)).map(({ data, ...set }) => ({ ...set, data: data.toSorted() }));
  return [...jsonParts(axfrTold(axfrHead(zone.options, refreshSeconds(dns)), zone.serial, sorted))].join('');
};

const HELP = `
FILE of --apps is an answer of GET /v2/apps?embed=apps.tasks or of GET /v2/pods/::status, a Marathon group with tasks, or a list of apps
with their tasks; of --state an answer of GET /master/state of Mesos's leading master. '-' reads standard input. Host names of agents and
frameworks are looked up on this host.

Examples:
  curl -s http://marathon:8080/v2/apps?embed=apps.tasks | sluice zone --apps -
  curl -s http://leader.mesos:5050/master/state > state.json && sluice zone --state state.json --mesos-dns-config config.json --json

Exit codes: 0 printed (what is left out is told on stderr), 1 it could not be, 2 the command line or a file is wrong`;

export const addZone = (program: Command): void => {
  addNameFlags(program.command('zone'))
    .description('every name that would be answered, from saved answers of Marathon or of Mesos; no daemon')
    .option('--apps <file>', 'what Marathon answers: its apps with their tasks')
    .option('--state <file>', "what Mesos's leading master answers at /master/state")
    .option('--json', "print what Mesos-DNS's REST API has at /v1/axfr: the names below the domain")
    .addHelpText('after', HELP)
    .action(async (flags: ZoneFlags) => {
      const dns = settingsOf(flags);
      const read = await told(flags, dns);
      const more = moreRecords(dns.recordsFile);
      const zone = zoneOf(dns, { ...read.change, ...more.change });
      for (const note of [...dns.notes, ...more.notes, ...read.notes]) console.error(printable([`sluice: ${note}`]));
      if (flags.json === true) printJson(JSON.parse(axfrText(zone, dns)));
      else print(table(zoneRows(zone)));
    });
};
