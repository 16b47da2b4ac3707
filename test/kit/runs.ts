import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StandInOptions } from '../../src/demo/options.ts';
import { type StandIn, startStandIn } from '../../src/demo/stand-in.ts';
import type { Status } from '../../src/report/status.ts';
import { askApi } from './ask-api.ts';
import { type Answer, getFrom } from './edge.ts';
import { type Ending, lastly } from './lastly.ts';
import { type Place, type SluiceProcess, startSluice } from './sluice.ts';
import { waitFor } from './wait-for.ts';

/** Sluice as a process that ends and is started again on the same folders, beside a stand-in that goes on. */

/** A stand-in in fast motion; closed after the test. */
export const standInFor = async (t: Ending, options: StandInOptions = {}): Promise<StandIn> => {
  const standIn = await startStandIn({ timeScale: 0.05, ...options });
  lastly(t, async () => standIn.close());
  return standIn;
};

/** A write to Marathon. Returns the id of the deployment that it began. */
export const write = async (standIn: StandIn, method: 'POST' | 'PUT', path: string, body: unknown): Promise<string> => {
  const answer = await fetch(`${standIn.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const json = (await answer.json()) as { deploymentId?: string; deployments?: readonly { id: string }[] };
  assert.ok(answer.ok, JSON.stringify(json));
  return json.deploymentId ?? json.deployments?.[0]?.id ?? '';
};

/** A request through the http frontend on a new connection. */
export const get = async (place: Place, host: string): Promise<Answer> => getFrom(`http://127.0.0.1:${place.ports.http}/`, { host });

/** Waits until the host is answered 200. */
export const isServed = async (place: Place, host: string): Promise<true> =>
  waitFor(`${host} answers`, async () => (await get(place, host)).status === 200 && true);

/** `sluice run`, ready. */
export const run = async (t: Ending, place: Place, standIn: StandIn, flags: readonly string[] = []): Promise<SluiceProcess> => {
  const running = startSluice(t, ['run', '--marathon', standIn.url, ...place.flags, ...flags]);
  await running.prints(/sluice runs/);
  await waitFor('it is ready', async () => (await askApi(place.runDir, '/ready')).status === 200);
  return running;
};

export const statusOf = async (place: Place): Promise<Status> => (await askApi(place.runDir, '/status')).body as Status;

/** Takes all the room that is left. */
export const fill = (folder: string): string => {
  const path = join(folder, 'ballast');
  for (let size = 4096; size > 0; size = Math.floor(size / 2)) {
    try {
      for (;;) writeFileSync(path, Buffer.alloc(size), { flag: 'a' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
  return path;
};
