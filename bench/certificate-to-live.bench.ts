import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePem } from '../test/kit/pem.ts';
import { tempFolder } from '../test/kit/temp-folder.ts';
import { askTls, SteadyTls, type TlsVisit } from '../test/kit/tls-client.ts';
import { waitFor } from '../test/kit/wait-for.ts';
import type { Bench } from './kit/benchmark.ts';
import { startEdge } from './kit/edge.ts';
import type { HaproxyUnderTest } from './kit/haproxies.ts';
import { hostOf, manyDefinitions } from './kit/many-definitions.ts';
import type { Report } from './kit/report.ts';
import { median, quantile } from './kit/stats.ts';

const APPS = 100;
const TASKS = 2;
const TIMES = 20;
/** A look each second, and what follows. */
const MOST_MS = 2000;
const SERVER_NAME = hostOf('app0');

const replace = (file: string, text: string): void => {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
};

const isAnswered = async (visit: TlsVisit, fingerprint?: string): Promise<boolean> => {
  const answer = await askTls(visit);
  return answer.status === 200 && (fingerprint === undefined || answer.fingerprint === fingerprint);
};

const measure = async (haproxy: HaproxyUnderTest, { ends, overriding }: Bench): Promise<Report> => {
  const folder = tempFolder();
  ends.add(folder.remove);
  const file = join(folder.path, 'edge.pem');
  replace(file, (await makePem(SERVER_NAME)).both);
  const standIn = { seed: manyDefinitions(APPS, TASKS, overriding), upstreams: 'shared' } as const;
  const { sluice, ports } = await startEdge({ haproxy: haproxy.binary, standIn, flags: ['--ssl-certs', file], ends });
  const visit = { address: '127.0.0.1', port: ports.https, name: SERVER_NAME };
  await waitFor('the first answer', async () => isAnswered(visit));
  const { reloads } = (await sluice.status()).counters;
  const clients = new SteadyTls(visit);
  ends.add(() => clients.stop());
  const tookMs: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    const { both, fingerprint } = await makePem(SERVER_NAME);
    const began = performance.now();
    replace(file, both);
    await waitFor('the new certificate', async () => isAnswered(visit, fingerprint));
    tookMs.push(performance.now() - began);
  }
  await clients.stop();
  const after = (await sluice.status()).counters.reloads;
  const slowest = quantile(tookMs, 1);
  return {
    name: 'certificate-to-live',
    haproxy: haproxy.version,
    rows: [
      {
        what: `${TIMES} certificates replaced on disk`,
        figures: { 'p50 ms': median(tookMs), 'slowest ms': slowest, requests: clients.requests, failed: clients.failures.length },
      },
    ],
    bars: [
      { what: 'slowest, ms until a client is shown the new one', value: slowest, atMost: MOST_MS },
      { what: 'failed handshakes and requests', value: clients.failures.length, atMost: 0 },
      { what: 'reloads', value: after - reloads, atMost: 0 },
    ],
  };
};

/** From a certificate's file replaced on disk to the first client that is shown it, under load. */
export async function* run(bench: Bench): AsyncIterable<Report> {
  for (const haproxy of bench.haproxies) {
    bench.say(`HAProxy ${haproxy.version}`);
    yield await measure(haproxy, bench);
    await bench.ends.close();
  }
}
