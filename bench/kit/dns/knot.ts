import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../../test/kit/free-ports.ts';
import { waitFor } from '../../../test/kit/wait-for.ts';
import type { Ends } from '../ends.ts';
import { askUdp } from './ask-udp.ts';
import type { Responder } from './responder.ts';

const config = (folder: string, port: number): string => `server:
    rundir: ${folder}
    listen: 127.0.0.1@${port}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
    udp-max-payload: 1232
database:
    storage: ${folder}
zone:
  - domain: mesos.
    storage: ${folder}
    file: mesos.zone
`;

/** Debian's Knot DNS with the zone `mesos`, one worker. `lines`: records in the words of zone files, without the SOA. */
export const startKnot = async (lines: readonly string[], ends: Ends): Promise<Responder> => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-knot-'));
  ends.add(async () => rm(folder, { recursive: true, force: true }));
  const [port = 0] = await freePorts(1);
  await writeFile(
    join(folder, 'mesos.zone'),
    `$TTL 5\nmesos. SOA ns1.mesos. root.ns1.mesos. 1 60 600 86400 1\nmesos. NS ns1.mesos.\n${lines.join('\n')}\n`,
  );
  await writeFile(join(folder, 'knot.conf'), config(folder, port));
  const child = spawn('/usr/sbin/knotd', ['-c', join(folder, 'knot.conf')], { stdio: 'ignore' });
  ends.add(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  });
  await waitFor('Knot answers', async () => (await askUdp(port, 'mesos.', 'SOA'))?.answers?.length === 1, 30_000);
  return { name: 'knot', port, pid: child.pid ?? 0 };
};
