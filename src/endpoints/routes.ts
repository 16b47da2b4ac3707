import { createReadStream } from 'node:fs';
import { SluiceError } from '../kit/error.ts';
import { hideSecrets } from './hide-secrets.ts';
import { appLines, hostLines } from './map-lines.ts';
import type { Sources } from './sources.ts';
import { withNamedColumns } from './statistics.ts';
import { wholeLines } from './whole-lines.ts';

/** What is answered: a text, or pieces of one as they come. */
export interface Answer {
  readonly status: number;
  readonly text: string | AsyncIterable<string>;
  /** Absent: plain text. */
  readonly type?: 'application/json';
}

export interface Route {
  /** read: GET and HEAD. any: Marathon-LB took any method there. */
  readonly methods: 'read' | 'any';
  /** It does something: the operator may have closed it. */
  readonly acts?: true;
  readonly answer: (sources: Sources, query: URLSearchParams) => Answer | Promise<Answer>;
}

const ok = (text: Answer['text']): Answer => ({ status: 200, text });

/** HAProxy is busy for as long as it reads its configuration; who asks may ask again. */
const PIDS_LIMIT_MS = 5000;

const pids = async (sources: Sources): Promise<Answer> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), PIDS_LIMIT_MS)));
  try {
    const found = await Promise.race([sources.pids(), late]);
    return found === undefined ? { status: 503, text: 'HAProxy gives no answer just now: ask again' } : ok(found.join(' '));
  } finally {
    clearTimeout(timer);
  }
};

/** Longer names are of no group. */
const LONGEST_GROUP = 1000;

const observations = async (sources: Sources, query: URLSearchParams): Promise<Answer> => {
  const group = query.get('group') ?? undefined;
  if (group !== undefined && group.length > LONGEST_GROUP) return { status: 400, text: 'no deployment group has so long a name' };
  try {
    return { status: 200, text: JSON.stringify(await sources.observations(group)), type: 'application/json' };
  } catch (error) {
    if (error instanceof SluiceError) return { status: 503, text: error.message };
    throw error;
  }
};

async function* withoutSecrets(file: string): AsyncGenerator<string> {
  for await (const lines of wholeLines(createReadStream(file, 'utf8') as AsyncIterable<string>)) yield hideSecrets(lines);
}

const refresh = (sources: Sources): Answer => {
  sources.refresh();
  return ok('Sent SIGHUP signal to marathon-lb');
};

const reload = (sources: Sources): Answer =>
  sources.reload()
    ? ok('Sent SIGUSR1 signal to marathon-lb')
    : { status: 500, text: 'Failed to send SIGUSR1 signal to marathon-lb: Marathon was not read yet, and there is nothing to reload' };

/** Where HAProxy sends requests for `/haproxy?stats;csv` while Sluice is there. */
const STATISTICS = '/_haproxy_stats_csv';

/** Marathon-LB's endpoints, and one for other Sluices, as far as HAProxy does not have them itself, by path. One more is a line here, in templates/stats.hbs, and in docs/endpoints.md. */
export const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['/_haproxy_getconfig', { methods: 'read', answer: ({ configFile }) => ok(withoutSecrets(configFile)) }],
  ['/_haproxy_getvhostmap', { methods: 'read', answer: (sources) => ok(hostLines(sources)) }],
  ['/_haproxy_getappmap', { methods: 'read', answer: (sources) => ok(appLines(sources)) }],
  ['/_haproxy_getpids', { methods: 'read', answer: pids }],
  ['/_sluice_observations', { methods: 'read', answer: observations }],
  ['/_mlb_signal/hup', { methods: 'any', acts: true, answer: refresh }],
  ['/_mlb_signal/usr1', { methods: 'any', acts: true, answer: reload }],
  [STATISTICS, { methods: 'read', answer: (sources) => ok(withNamedColumns(sources.statistics())) }],
]);
