import { isIPv6 } from 'node:net';
import { InvalidArgumentError, type Command } from 'commander';
import { toText } from '../dns/name.ts';
import { typeText } from '../dns/data-text.ts';
import { messageOf } from '../kit/error.ts';
import type { DnsExplanation } from '../report/dns-explanation.ts';
import { ask } from './client.ts';
import { EXIT, ExitError } from './exit-codes.ts';
import { print, printJson } from './printable.ts';
import { addTargetFlags, type TargetFlags, targetOf } from './target-flags.ts';
import { digLines } from './dig/lines.ts';
import { queryFor } from './dig/query.ts';
import { type Question, questionOf } from './dig/question.ts';
import { reportOf } from './dig/report.ts';
import { type Answered, sendQuery, type Server } from './dig/send.ts';

interface DigFlags extends TargetFlags {
  readonly tcp?: boolean;
  readonly server?: Server;
}

/** '10.0.0.1:53', '[::1]:53', and an address alone: port 53. */
const server = (text: string): Server => {
  const [, v6, v4, port = '53'] = /^(?:\[([0-9a-f:.]+)\]|([^:]+))(?::(\d{1,5}))?$/i.exec(isIPv6(text) ? `[${text}]` : text) ?? [];
  const host = v6 ?? v4;
  if (host === undefined) throw new InvalidArgumentError('must be ADDRESS:PORT, e.g. 127.0.0.1:53');
  return { host, port: Number(port) };
};

/** Where everything is listened on, this host, or the one of `--api`, is asked. */
const reachable = ({ address, port }: { readonly address: string; readonly port: number }, api: string | undefined): Server => {
  if (address !== '0.0.0.0' && address !== '::') return { host: address, port };
  const host = api === undefined ? undefined : new URL(api).hostname.replace(/^\[|\]$/g, '');
  return { host: host ?? (address === '::' ? '::1' : '127.0.0.1'), port };
};

const explain = async (flags: DigFlags, { name, type }: Question): Promise<DnsExplanation> => {
  const query = new URLSearchParams({ name: toText(name), type: typeText(type) });
  return ask<DnsExplanation>(targetOf(flags), `/dns/explain?${query.toString()}`);
};

const send = async (to: Server, { name, type }: Question, tcp: boolean): Promise<Answered> => {
  try {
    return await sendQuery(to, queryFor(name, type), tcp ? 'TCP' : 'UDP');
  } catch (error) {
    throw new ExitError(
      EXIT.failed,
      `no DNS answer from ${to.host} port ${to.port}: ${messageOf(error)}; sluice status says whether it listens`,
    );
  }
};

const dig = async (name: string, type: string | undefined, flags: DigFlags): Promise<void> => {
  const question = questionOf(name, type);
  const explained = await explain(flags, question);
  const first = explained.listen[0];
  const to = flags.server ?? (first === undefined ? undefined : reachable(first, flags.api));
  if (to === undefined) throw new ExitError(EXIT.failed, 'this Sluice listens nowhere for DNS just now; sluice status says why');
  const report = reportOf(question, to, await send(to, question, flags.tcp === true), explained);
  if (flags.json === true) printJson(report);
  else print(digLines(report));
  if (report.answers.length === 0) throw new ExitError(EXIT.failed, '');
};

export const addDig = (program: Command): void => {
  addTargetFlags(program.command('dig'))
    .description('asks the DNS of the running Sluice, and tells which app and task each record is from, or why there is none')
    .argument('<name>', 'a name, or an IP address: whose it is')
    .argument('[type]', 'A, AAAA, SRV, PTR, ...; without it SRV where the name begins with _, PTR of an address, else A')
    .option('--tcp', 'by TCP at once')
    .option('--server <address:port>', 'ask there, in place of the first address that it listens on', server)
    .addHelpText(
      'after',
      '\nExamples:\n  sluice dig web.marathon.mesos\n  sluice dig _web._tcp.marathon.mesos\n  sluice dig 10.0.0.7\n  sluice dig shop.marathon.mesos --json | jq .missing\n\nExit codes: 0 there is an answer, 1 there is none, 2 the command line is wrong, 3 no Sluice answers',
    )
    .action(dig);
};
