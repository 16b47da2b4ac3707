import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { byHand, masterOf } from '../kit/haproxy-of.ts';
import { fill } from '../kit/runs.ts';
import { waitFor } from '../kit/wait-for.ts';
import { STEADY_IDS } from './cluster.ts';
import type { Random } from './random.ts';
import type { Verb } from './verb.ts';

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** A server of a steady app as HAProxy names it: `backend/server`, with its port. */
const aServer = async (
  runDir: string,
  random: Random,
): Promise<{ readonly name: string; readonly address: string; readonly port: string } | undefined> => {
  const rows = (await byHand(runDir, 'show servers state'))
    .split('\n')
    .filter((line) => /^\d+ (?:shop|cart|pay)_/.test(line))
    .map((line) => line.split(' '));
  const row = random.pick(rows);
  return row === undefined ? undefined : { name: `${row[1] ?? ''}/${row[3] ?? ''}`, address: row[4] ?? '', port: row[18] ?? '' };
};

/** Nobody listens at that address. */
const HAND: readonly [string, ...string[]] = ['state maint', 'state drain', 'weight 77', 'addr 127.255.255.254 port PORT'];

/** What is done to Sluice, and to HAProxy behind its back. HAProxy itself goes on. */
export const BLOWS: readonly Verb[] = [
  {
    name: 'server changed by hand',
    weight: 4,
    act: async (cluster, random) => {
      const { runDir } = cluster.place;
      const server = await aServer(runDir, random);
      const change = random.oneOf(HAND).replace('PORT', server?.port ?? '');
      if (server === undefined) return 'none to change';
      const at = `${server.address}:${server.port}`;
      const tasks = cluster.standIn.tasks().filter(({ addresses: [it] }) => `${it?.host}:${it?.port}` === at);
      const isDone = await cluster.takeAway(new Set(tasks.map(({ id }) => id)), async () =>
        byHand(runDir, `set server ${server.name} ${change}`),
      );
      return `${server.name} ${change}${isDone ? '' : ': it is needed'}`;
    },
  },
  {
    name: 'map changed by hand',
    weight: 2,
    act: async ({ place }, random) => {
      const server = await aServer(place.runDir, random);
      const backend = server?.name.split('/')[0] ?? 'nowhere';
      const change = random.oneOf([
        'del map maps/routes.map news.example/',
        'set map maps/routes.map news.example/ nowhere',
        `add map maps/routes.map stranger-${random.whole(1, 9)}.example/ ${backend}`,
      ]);
      return `${change}: ${(await byHand(place.runDir, change)) || 'done'}`;
    },
  },
  {
    name: 'HAProxy reloaded by hand',
    weight: 1,
    act: async (cluster) => {
      const { runDir } = cluster.place;
      if (!cluster.filesSuffice()) return 'not now: the files are older';
      process.kill((await masterOf(runDir)) ?? 0, 'SIGUSR2');
      return 'SIGUSR2';
    },
  },
  {
    name: 'Sluice killed',
    weight: 3,
    act: async (cluster, random, longestMs) => {
      if (cluster.mayNotBeKilled) return 'not any more: this one is measured';
      const downMs = random.between(0, longestMs / 4);
      if (!cluster.isSaved()) return 'not now: the saved state is older';
      await cluster.killSluice();
      await wait(downMs);
      cluster.startSluice();
      return `away for ${seconds(downMs)}`;
    },
  },
  {
    name: 'Sluice frozen',
    weight: 2,
    act: async ({ sluice }, random, longestMs) => {
      const lastsMs = random.between(100, longestMs / 2);
      sluice.child.kill('SIGSTOP');
      await wait(lastsMs);
      sluice.child.kill('SIGCONT');
      return seconds(lastsMs);
    },
  },
  {
    name: 'Sluice told to look at all',
    weight: 1,
    act: async (cluster) => {
      // Before it runs SIGHUP would end it.
      await cluster.isReady();
      cluster.sluice.child.kill('SIGHUP');
      return 'SIGHUP';
    },
  },
];

/** Needs a disk of its own below the run directory. */
export const DISK_FULL: Verb = {
  name: 'disk full',
  weight: 2,
  act: async ({ place }, random, longestMs) => {
    const lastsMs = random.between(200, longestMs / 3);
    const ballast = fill(place.runDir);
    await wait(lastsMs);
    rmSync(ballast);
    return seconds(lastsMs);
  },
};

/** Needs prlimit. */
export const NO_DESCRIPTORS: Verb = {
  name: 'Sluice without file descriptors',
  weight: 1,
  act: async (cluster, random, longestMs) => {
    await cluster.isReady();
    const lastsMs = random.between(200, longestMs / 3);
    const limit = (files: number): void => {
      const { status, stderr } = spawnSync('prlimit', ['--pid', String(cluster.sluice.child.pid ?? 0), `--nofile=${files}:`], {
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`prlimit: ${stderr}`);
    };
    limit(3);
    await wait(lastsMs);
    limit(1024);
    return seconds(lastsMs);
  },
};

/** HAProxy itself is killed: what is connected then is lost, and nothing answers until Sluice has started another. */
export const HAPROXY_KILLED: Verb = {
  name: 'HAProxy killed',
  weight: 2,
  act: async (cluster, random) => {
    const signal = random.oneOf(['SIGKILL', 'SIGSEGV'] as const);
    return cluster.whileBroken(async () => {
      const before = (await masterOf(cluster.place.runDir)) ?? 0;
      process.kill(before, signal);
      await waitFor('another master runs', async () => {
        const now = await masterOf(cluster.place.runDir);
        return now !== undefined && now !== before;
      });
      for (const id of STEADY_IDS) await cluster.isServed(id);
      return signal;
    });
  },
};
