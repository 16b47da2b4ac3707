// node test/kit/haproxy-owner.ts BINARY RUN_DIR PORT: starts HAProxy as Sluice does, says so, and waits to be killed.
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { openHaproxy } from '../../src/haproxy/haproxy.ts';
import { configFiles } from './haproxy.ts';

const [binary = '', runDir = '', port = ''] = process.argv.slice(2);
const haproxy = await openHaproxy({
  binary,
  runDir,
  log: pino({ level: 'silent' }),
  oldWorkersLimit: 20,
  oldWorkersMemoryBytes: 2 ** 31,
  onExit: () => process.exit(1),
});
await haproxy.deploy(configFiles({ runDir, port: Number(port), fingerprint: 'a1' }), {
  fingerprint: 'a1',
  binds: [{ address: '127.0.0.1', port: Number(port) }],
});
console.log('ready');
await sleep(300_000);
