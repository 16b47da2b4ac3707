import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import { addressText } from '../dns-server/address.ts';
import type { MarathonState } from '../marathon/options.ts';
import type { RolloutsView } from '../report/book-views.ts';
import type { KnownProblem } from '../report/known-problems.ts';
import type { Status } from '../report/status.ts';
import { ask, type Target } from './client.ts';
import { decidedLines } from './decided-lines.ts';
import { EXIT, ExitError } from './exit-codes.ts';
import { print, printJson } from './printable.ts';
import { problemLine } from './problem-line.ts';
import { askAll } from './rollout/ask-group.ts';
import { age, table } from './table.ts';
import { addTargetFlags, type TargetFlags, targetOf } from './target-flags.ts';

const since = (ms: number | undefined): string => (ms === undefined ? 'never' : `${age(Date.now() - ms)} ago`);

const marathonLine = (state: MarathonState): string => {
  const stream = state.streaming ? 'event stream up' : 'no event stream';
  const error = state.lastError === undefined || state.connected ? '' : `; ${state.lastError.message}`;
  return `${state.url}, ${stream}, last full read ${since(state.lastFullReadAtMs)}, last event ${since(state.lastEventAtMs)}${error}`;
};

const pictureLine = ({ picture: { source, ageSeconds } }: Status): string => {
  if (ageSeconds === null) return 'none: Marathon was not read yet';
  return `${source === 'saved' ? 'from the saved state' : 'from Marathon'}, ${age(ageSeconds * 1000)} old`;
};

const cycleLine = ({ lastCycle }: Status): string => {
  if (lastCycle === undefined) return 'none yet';
  const { kind, steps, durationMs, at, because } = lastCycle;
  return `${kind}, ${steps} steps, ${durationMs.toFixed(1)} ms, ${since(Date.parse(at))}${because.length === 0 ? '' : `, because ${because.join('; ')}`}`;
};

const reloadLine = ({ lastReload }: Status): string => {
  if (lastReload === undefined) return 'none yet';
  const { durationMs, at, because, error } = lastReload;
  return `${error === undefined ? 'done' : `FAILED: ${error}`}, ${Math.round(durationMs)} ms, ${since(Date.parse(at))}, because ${because.join('; ')}`;
};

const haproxyLine = ({ version, running, oldWorkers }: Status['haproxy']): string =>
  `${version ?? 'no word of its version'}, ${running ? 'running' : 'NOT RUNNING'}, ${oldWorkers ?? 'no word of'} old workers`;

/** No row where none is held back. */
const heldReload = ({ haproxy: { reloadPending, reloadHeld } }: Status): readonly (readonly string[])[] => {
  if (reloadHeld === undefined) return [];
  const rest = age(Date.parse(reloadHeld.until) - Date.now());
  return [['next reload', `held back for ${rest} at most: ${reloadHeld.because}; due because ${reloadPending.join('; ')}`]];
};

const knownLine = (problem: KnownProblem): string => `  ${problemLine(problem)} (${since(Date.parse(problem.since))})`;

const leadingLine = ({ sluices: { leads, leader } }: Status): string => {
  if (leads === null) return 'not known yet who carries them on';
  return leads ? 'carried on by this Sluice' : `carried on by ${leader ?? 'another Sluice'}`;
};

/** A look takes seconds where another one does not answer: that is no news. */
const MUCH_BEHIND_SECONDS = 15;

const peerRow = (peer: Status['sluices']['others'][number]): readonly string[] => {
  const { name, version, answeredAt, because, behindSeconds = 0 } = peer;
  const answered = since(answeredAt === undefined ? undefined : Date.parse(answeredAt));
  if (because !== undefined) return ['other Sluice', `${name}, SILENT: ${because}; last answer ${answered}`];
  const behind = behindSeconds < MUCH_BEHIND_SECONDS ? '' : `, BEHIND: it has not looked at a rollout for ${behindSeconds} s`;
  return ['other Sluice', `${name}${version === undefined ? '' : ` ${version}`}, answered ${answered}${behind}`];
};

const dnsLine = ({ state, ageSeconds, domain, answering, process }: NonNullable<Status['dns']>): string => {
  if (answering === null) return process.pid === null ? 'NOT ANSWERED: its process has ended, and is begun again' : 'its process begins';
  const at = answering.listeners.filter(({ problem }) => problem === undefined).map(addressText);
  const old = state === 'stale' && ageSeconds !== null ? `, ${age(ageSeconds * 1000)} old` : '';
  const known = state === 'not-ready' ? 'nothing known yet' : `${answering.tasks} tasks, ${answering.records} records${old}`;
  return `${domain} at ${at.length === 0 ? 'NO ADDRESS' : at.join(', ')}: ${known}, serial ${answering.serial}`;
};

/** The status as lines for people. */
const describeStatus = (status: Status, decided: RolloutsView): readonly string[] => {
  const { haproxy, counters, problems } = status;
  const rows = [
    ['sluice', `${status.version}, pid ${status.pid}, up ${age(Date.now() - Date.parse(status.startedAt))}`],
    ['ready', status.ready.ready ? 'yes' : `NO: ${status.ready.because.join('; ')}`],
    ...status.ready.notes.map((note) => ['note', note]),
    ['marathon', marathonLine(status.marathon)],
    ['picture', pictureLine(status)],
    ['haproxy', haproxyLine(haproxy)],
    [
      'apps',
      `${status.apps} apps, ${status.tasks} tasks -> ${status.backends} backends, ${status.servers} servers, ${status.frontends} frontends`,
    ],
    ['last cycle', cycleLine(status)],
    ['last reload', reloadLine(status)],
    ...heldReload(status),
    ...(status.dns === null ? [] : [['dns', dnsLine(status.dns)]]),
    ['rollouts', leadingLine(status)],
    ...status.sluices.others.map(peerRow),
    [
      'since start',
      `${counters.events} events, ${counters.cycles} cycles, ${counters.steps} steps, ${counters.reloads} reloads (${counters.failedReloads} failed)`,
    ],
    ['problems', problems.length === 0 ? 'none' : String(problems.length)],
  ];
  return [...table(rows), ...problems.map(knownLine), ...decidedLines(decided)];
};

interface Asked {
  readonly status: Status;
  readonly decided: RolloutsView;
}

const askBoth = async (target: Target): Promise<Asked> => ({
  status: await ask<Status>(target, '/status'),
  decided: await askAll(target),
});

const show = ({ status, decided }: Asked, json: boolean): void => {
  if (json) printJson({ ...status, decided });
  else print(describeStatus(status, decided));
};

const watch = async (target: Target, json: boolean): Promise<void> => {
  for (;;) {
    const asked = await askBoth(target);
    if (!json && process.stdout.isTTY) console.log('\u001B[2J\u001B[H');
    show(asked, json);
    await wait(1000);
  }
};

export const addStatus = (program: Command): void => {
  addTargetFlags(program.command('status'))
    .description('what the running Sluice does: Marathon, HAProxy, the last cycle, problems')
    .option('--watch', 'again every second')
    .addHelpText(
      'after',
      '\nExamples:\n  sluice status\n  sluice status --json | jq .problems\n\nExit codes: 0 ready, 1 not ready, 2 the command line is wrong, 3 no Sluice answers',
    )
    .action(async (flags: TargetFlags & { readonly watch?: boolean }) => {
      const target = targetOf(flags);
      if (flags.watch === true) return watch(target, flags.json === true);
      const asked = await askBoth(target);
      show(asked, flags.json === true);
      if (!asked.status.ready.ready) throw new ExitError(EXIT.failed, '');
    });
};
