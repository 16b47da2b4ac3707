import { DNS_METRICS } from './dns-metrics.ts';
import { FORWARD_METRICS } from './forward-metrics.ts';
import { GROUP_METRICS } from './group-metrics.ts';
import { counter, type Facts, gauge, histogram, type Metric } from './metric.ts';
import type { Family, Sample } from './text.ts';

/** Every metric of the control plane. A new one is a line here and a row in docs/metrics.md. */
const METRICS: readonly Metric[] = [
  gauge('build_info', 'Always 1; the versions are labels.', ({ status }) => [
    { labels: { version: status.version, haproxy: status.haproxy.version ?? '' }, value: 1 },
  ]),
  gauge('ready', '1 when traffic may be sent here, as /ready says.', ({ status }) => Number(status.ready.ready)),
  gauge(
    'picture_age_seconds',
    'How old the picture of Marathon is that is served; 0 while events come in.',
    ({ status }) => status.picture.ageSeconds ?? undefined,
  ),
  gauge('picture_held', '1 while a full read of Marathon is held back because it would take too much away.', ({ status }) =>
    Number(status.picture.held !== undefined),
  ),
  gauge('marathon_connected', '1 when the last request to Marathon was answered.', ({ status }) => Number(status.marathon.connected)),
  gauge('marathon_streaming', '1 while events are received.', ({ status }) => Number(status.marathon.streaming)),
  counter('marathon_stream_reconnects_total', 'Event streams opened after the first.', ({ status }) => status.marathon.reconnects),
  counter('marathon_broken_events_total', 'Events that could not be read.', ({ status }) => status.marathon.brokenEvents),
  counter('events_total', 'Changes that came from Marathon, by events and by reads.', ({ status }) => status.counters.events),
  counter('held_reads_total', 'Full reads of Marathon that were not believed.', ({ status }) => status.counters.heldReads),
  counter(
    'doubted_answers_total',
    'Answers about single apps that were left to a full read.',
    ({ status }) => status.counters.doubtedAnswers,
  ),
  counter('confirmed_reads_total', 'Full reads taken because an operator confirmed them.', ({ status }) => status.counters.confirmedReads),
  counter('audits_total', 'Full reads of Marathon made to compare.', ({ status }) => status.counters.audits),
  counter(
    'audit_differences_total',
    'Apps that differed in an audit though no event told of it.',
    ({ status }) => status.counters.auditDifferences,
  ),
  gauge('apps', 'Apps that Marathon has, whether taken or not.', ({ status }) => status.apps),
  gauge('tasks', 'Tasks that Marathon has.', ({ status }) => status.tasks),
  gauge('frontends', 'Frontends that HAProxy should have.', ({ status }) => status.frontends),
  gauge('backends', 'Backends that HAProxy should have.', ({ status }) => status.backends),
  gauge('servers', 'Servers that HAProxy should have.', ({ status }) => status.servers),
  gauge('problems', 'What is left out now: see /problems.', ({ status }) => status.problems.length),
  gauge('leads_rollouts', '1 while this Sluice carries rollouts on.', ({ status }) =>
    status.sluices.leads === null ? undefined : Number(status.sluices.leads),
  ),
  gauge('peers', 'Other Sluices that send to the same apps.', ({ status }) => status.sluices.others.length),
  gauge(
    'peers_silent',
    'Other Sluices that did not answer the last time.',
    ({ status }) => status.sluices.others.filter(({ because }) => because !== undefined).length,
  ),
  ...GROUP_METRICS,
  ...DNS_METRICS,
  ...FORWARD_METRICS,
  counter('cycles_total', 'Cycles, by what was planned: nothing, steps alone, or a reload.', ({ status: { counters } }) => [
    { labels: { plan: 'noop' }, value: counters.cycles - counters.runtimeCycles - counters.reloadCycles },
    { labels: { plan: 'runtime' }, value: counters.runtimeCycles },
    { labels: { plan: 'reload' }, value: counters.reloadCycles },
  ]),
  histogram('cycle_duration_seconds', 'What a cycle took: look, plan, apply, look again.', ({ status }) => status.durations.cycle),
  histogram(
    'event_to_applied_seconds',
    'From the arrival of a change of Marathon until HAProxy was seen to have it.',
    ({ status }) => status.durations.eventToApplied,
  ),
  counter('steps_total', 'Changes made in the running HAProxy.', ({ status }) => status.counters.steps),
  counter('refused_steps_total', 'Changes that HAProxy did not take as expected.', ({ status }) => status.counters.refusedSteps),
  counter('mismatches_total', 'Cycles after which HAProxy was not as desired.', ({ status }) => status.counters.mismatches),
  counter('repairs_total', 'Changes by others that were undone in HAProxy.', ({ status }) => [
    { labels: { what: 'server' }, value: status.counters.repairedServers },
    { labels: { what: 'map' }, value: status.counters.repairedEntries },
    { labels: { what: 'worker' }, value: status.counters.foreignWorkers },
  ]),
  gauge('cycle_failing_seconds', 'For how long HAProxy could not be brought up to date; 0 = the last cycle went well.', ({ status }) =>
    status.cycleFailure === undefined ? 0 : status.cycleFailure.forMs / 1000,
  ),
  counter('reloads_total', 'Reloads of HAProxy.', ({ status }) => [
    { labels: { result: 'ok' }, value: status.counters.reloads },
    { labels: { result: 'failed' }, value: status.counters.failedReloads },
  ]),
  histogram('reload_duration_seconds', 'What reloads took that went well.', ({ status }) => status.durations.reload),
  gauge('last_reload_duration_seconds', 'What the last reload took.', ({ status }) =>
    status.lastReload === undefined ? undefined : status.lastReload.durationMs / 1000,
  ),
  gauge('reload_pending', '1 while a reload is due or under way.', ({ status }) => Number(status.haproxy.reloadPending.length > 0)),
  gauge('reload_held', '1 while a reload waits because many old workers live.', ({ status }) =>
    Number(status.haproxy.reloadHeld !== undefined),
  ),
  counter(
    'access_log_lost_lines_total',
    'Lines of the access log that HAProxy could not write.',
    ({ status }) => status.counters.lostLogLines,
  ),
  gauge('haproxy_running', '1 while HAProxy runs.', ({ status }) => Number(status.haproxy.running)),
  gauge('haproxy_old_workers', 'Replaced workers that still have connections.', ({ status }) => status.haproxy.oldWorkers ?? undefined),
  counter(
    'haproxy_ended_workers_total',
    'Replaced workers ended before their connections were.',
    ({ status }) => status.counters.endedWorkers,
  ),
  gauge('process_resident_memory_bytes', 'Memory of Sluice itself.', (facts) => facts.process.residentBytes),
  counter('process_cpu_seconds_total', 'CPU that Sluice itself has used.', (facts) => facts.process.cpuSeconds),
  gauge('process_start_time_seconds', 'When Sluice began, in seconds since 1970.', (facts) => facts.process.startedAtSeconds),
  gauge('process_open_fds', 'Files and sockets that Sluice has open.', (facts) => facts.process.openFiles),
];

const samplesOf = (value: ReturnType<Metric['of']>): readonly Sample[] => {
  if (value === undefined) return [];
  return typeof value === 'number' ? [{ value }] : value;
};

/** All metrics, with their values as of now. */
export const familiesOf = (facts: Facts): readonly Family[] =>
  METRICS.map(({ name, type, help, of }) => ({ name, type, help, samples: samplesOf(of(facts)) }));
