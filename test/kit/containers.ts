import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

/** The programs that stand for an engine. As root: apt-get install -y --no-install-recommends buildah podman runc */
const PROGRAMS = ['buildah', 'podman', 'runc'] as const;

export interface Finished {
  readonly code: number;
  /** What it printed, without the last line break. */
  readonly stdout: string;
  readonly stderr: string;
}

const isThere = (program: string): boolean => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;

/** Why no container can be made here; undefined: nothing is known that stands in the way. */
export const whyNoContainers = (): string | undefined => {
  if (process.getuid?.() !== 0) return 'images are built by root only';
  const missing = PROGRAMS.filter((program) => !isThere(program));
  if (missing.length === 0) return undefined;
  return `not installed: ${missing.join(' ')}; to have them: apt-get update && apt-get install -y --no-install-recommends ${PROGRAMS.join(' ')}`;
};

const CGROUPS = '/sys/fs/cgroup';

const removeGroup = (path: string): void => {
  if (!existsSync(path)) return;
  for (const entry of readdirSync(path, { withFileTypes: true })) if (entry.isDirectory()) removeGroup(join(path, entry.name));
  rmdirSync(path);
};

/** Podman leaves the parent of its cgroups; there is one in each hierarchy of version 1. */
const removeGroups = (name: string): void => {
  for (const parent of [CGROUPS, ...readdirSync(CGROUPS).map((entry) => join(CGROUPS, entry))]) removeGroup(join(parent, name));
};

type Program = 'buildah' | 'podman';

/** Images by buildah, in a store that is kept; containers by podman and runc, in a folder that is gone with `close`. No daemon. */
export class Containers {
  readonly #folder: string;
  readonly #environments: Readonly<Record<Program, NodeJS.ProcessEnv>>;
  readonly #cgroup = `sluice-test-${process.pid}`;

  /** @param folder not there yet. @param imageStore layers that are there are not built again. */
  constructor(folder: string, imageStore: string) {
    this.#folder = folder;
    mkdirSync(join(folder, 'tmp'), { recursive: true });
    mkdirSync(imageStore, { recursive: true });
    const inFolder = (name: string, lines: readonly string[] = []): string => {
      writeFileSync(join(folder, name), lines.map((line) => `${line}\n`).join(''));
      return join(folder, name);
    };
    const quoted = (name: string): string => JSON.stringify(join(folder, name));
    const env = {
      ...process.env,
      TMPDIR: join(folder, 'tmp'),
      CONTAINERS_CONF: inFolder('containers.conf', [
        '[containers]',
        'log_driver = "k8s-file"',
        // As they are here they may be more than runc is let to set.
        'default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]',
        '[engine]',
        // crun fails where cgroups of both versions are mounted.
        'runtime = "runc"',
        'cgroup_manager = "cgroupfs"',
        'events_logger = "none"',
        'lock_type = "file"',
        `tmp_dir = ${quoted('libpod')}`,
      ]),
    };
    const storage = (name: string, graphRoot: string, lines: readonly string[]): NodeJS.ProcessEnv => ({
      ...env,
      CONTAINERS_STORAGE_CONF: inFolder(`${name}.conf`, [
        ...['[storage]', 'driver = "overlay"', `graphroot = ${JSON.stringify(graphRoot)}`, `runroot = ${quoted(`run-${name}`)}`],
        ...lines,
      ]),
    });
    this.#environments = {
      buildah: storage('buildah', imageStore, []),
      // Podman's own store, for it wants its other folders always to be where they were when its store was made.
      podman: storage('podman', join(folder, 'store'), ['[storage.options]', `additionalimagestores = [${JSON.stringify(imageStore)}]`]),
    };
  }

  /** Never rejects for what the program says. */
  async run(program: Program, args: readonly string[], timeoutMs = 60_000): Promise<Finished> {
    const done = await execa(program, args, {
      env: this.#environments[program],
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      timeout: timeoutMs,
    });
    const stderr = done.timedOut ? `${done.stderr}\nno end within ${timeoutMs} ms` : done.stderr;
    return { code: done.exitCode ?? 1, stdout: done.stdout, stderr };
  }

  /** Rejects with what the program said. */
  async do(program: Program, args: readonly string[], timeoutMs?: number): Promise<string> {
    const { code, stdout, stderr } = await this.run(program, args, timeoutMs);
    if (code !== 0) throw new Error(`${program} ${args.slice(0, 2).join(' ')} ...: ${stderr}\n${stdout}`);
    return stdout;
  }

  /** With buildah's chroot isolation, which needs no network of its own. Docker's format: the other one has no health check. Gives the image's id. */
  async build(tag: string, folder: string, args: readonly string[] = []): Promise<string> {
    const idFile = join(this.#folder, 'id');
    const how = ['--format', 'docker', '--isolation', 'chroot', '--layers', '--iidfile', idFile];
    await this.do('buildah', ['bud', ...how, ...args, '--tag', tag, folder], 280_000);
    return readFileSync(idFile, 'utf8').replace('sha256:', '').trim();
  }

  /** Whether there is an image of this name. */
  async has(tag: string): Promise<boolean> {
    return (await this.run('buildah', ['inspect', '--type', 'image', tag])).code === 0;
  }

  /** Arguments of `podman run` that each container here needs. In this machine's network: published ports would leave rules in its firewall. */
  get needed(): readonly string[] {
    return ['--network', 'host', '--cgroup-parent', `/${this.#cgroup}`];
  }

  async close(): Promise<void> {
    await this.run('podman', ['rm', '--force', '--all', '--volumes', '--time', '0']);
    removeGroups(this.#cgroup);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
