import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { SluiceError } from '../kit/error.ts';
import type { Capabilities } from '../plan/capabilities.ts';
import { askSocket, type Patience } from './ask-socket.ts';
import type { Binary } from './binary.ts';
import { environmentOfHaproxy } from './environment.ts';
import { HaproxyLog } from './haproxy-log.ts';
import { MasterProcess } from './master-process.ts';

const PROBE_LIMIT_MS = 15_000;

const probeConfig = (directory: string): string => `global
  stats socket ${directory}/admin.sock mode 600 level admin
  maxconn 100
  httpclient.ssl.verify none
defaults
  mode http
  timeout connect 1s
  timeout client 1s
  timeout server 1s
frontend probe_in
  bind unix@${directory}/in.sock
backend probe
  balance roundrobin
  cookie probe insert
`;

/** No section of a backend takes it itself. */
const CLIENT_TIMEOUT = 'defaults patience\n  mode http\n  http-request set-timeout client 1s\nbackend patient from patience';

/** Whether `haproxy -c` says nothing against these lines, in the words of `complaint`. */
const takes = async (binary: string, directory: string, lines: string, complaint: RegExp): Promise<boolean> => {
  const file = join(directory, 'lines.cfg');
  await writeFile(file, `${probeConfig(directory)}${lines}\n`);
  const { exitCode, all } = await execa(binary, ['-c', '-f', file], {
    ...{ reject: false, all: true, stdin: 'ignore', timeout: PROBE_LIMIT_MS },
    ...{ env: environmentOfHaproxy(), extendEnv: false },
  });
  return exitCode === 0 && !complaint.test(all);
};

const isRegistered = (answer: string): boolean => answer.includes('New server registered');

const askAll = async (binary: Binary, directory: string, master: MasterProcess): Promise<Capabilities> => {
  const patience: Patience = { answerMs: PROBE_LIMIT_MS, refusedMs: PROBE_LIMIT_MS, isAlive: () => master.isAlive };
  const worker = async (command: string): Promise<string> => askSocket(join(directory, 'admin.sock'), command, patience);
  return {
    version: binary.version,
    addBackend: /^\s*add backend /m.test(await worker('help')),
    cookieOnNewServer: isRegistered(await worker('add server probe/cookie 127.0.0.1:1 id 1 cookie c')),
    sameNames: await takes(binary.path, directory, `frontend probe\n  bind unix@${directory}/same.sock`, /same name/),
    clientTimeout: await takes(binary.path, directory, CLIENT_TIMEOUT, /set-timeout/),
  };
};

/** Starts a HAProxy that serves nobody, asks it, and ends it. */
const probe = async (binary: Binary): Promise<Capabilities> => {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-probe-'));
  try {
    const config = join(directory, 'haproxy.cfg');
    await writeFile(config, probeConfig(directory));
    const log = new HaproxyLog(join(directory, 'log'));
    const master = await MasterProcess.start(binary.path, ['-W', '-f', config], log);
    try {
      return await askAll(binary, directory, master);
    } catch (error) {
      throw new SluiceError('HAPROXY_MISSING', `${binary.path} does not work: ${(await log.since(0)).trim()}`, error);
    } finally {
      await master.kill();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

const CACHE_FORM = 2;

const readCache = async (file: string, key: string): Promise<Capabilities | undefined> => {
  try {
    const cached: unknown = JSON.parse(await readFile(file, 'utf8'));
    const isOurs = typeof cached === 'object' && cached !== null && 'key' in cached && cached.key === key && 'capabilities' in cached;
    return isOurs ? (cached.capabilities as Capabilities) : undefined;
  } catch {
    // Not there, or cut by a power failure: asked again.
    return undefined;
  }
};

/** What this binary can, asked from it once and kept in `runDir`, where one is given, until the binary is another. */
export const askCapabilities = async (binary: Binary, runDir?: string): Promise<Capabilities> => {
  if (runDir === undefined) return probe(binary);
  const file = join(runDir, 'capabilities.json');
  const key = `${CACHE_FORM} ${binary.version} ${binary.identity}`;
  const cached = await readCache(file, key);
  if (cached !== undefined) return cached;
  const capabilities = await probe(binary);
  // Where it cannot be kept it is asked again.
  await writeFile(file, JSON.stringify({ key, capabilities }, null, 2), { mode: 0o600 }).catch(() => undefined);
  return capabilities;
};
