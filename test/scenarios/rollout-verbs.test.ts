import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Rollout } from '../../src/rollout/rollout.ts';
import { runVerb, type Told } from '../cli/rollout/run-verb.ts';
import { anAppDefinition, type Edge } from '../kit/edge.ts';
import { sawNoFailure, steadyEdge } from '../kit/steady-edge.ts';
import { waitFor } from '../kit/wait-for.ts';

/** Whole rollouts by the command line, as an operator types them, with a real Sluice, HAProxy, and the stand-in's deployments. */

type Verb = (...args: readonly string[]) => Promise<Told>;

const openShop = async (
  t: TestContext,
): Promise<Awaited<ReturnType<typeof steadyEdge>> & { readonly verb: Verb; readonly start: Verb }> => {
  // With service ports, as it is without further flags: their frontends have the names of backends.
  const opened = await steadyEdge(t, { address: 'own' });
  const { folder, runDir } = opened.edge;
  const file = join(folder, 'shop.json');
  writeFileSync(file, JSON.stringify(anAppDefinition('/shop')));
  const verb: Verb = async (...args) => runVerb(t, runDir, args);
  const start: Verb = async (...flags) =>
    verb('start', '-f', file, '--from', '/shop', '--steps', '50,100', ...(flags.includes('--hold') ? [] : ['--hold', '1s']), ...flags);
  return { ...opened, verb, start };
};

const assertEnd = ({ code, stdout, stderr }: Told, wanted: number, text: RegExp): void => {
  assert.equal(code, wanted, `${stdout}${stderr}`);
  assert.match(wanted === 0 ? stdout : stderr, text);
};

const appIds = async (edge: Edge): Promise<readonly string[]> => {
  const { apps } = (await edge.marathon('GET', '/v2/apps')) as { readonly apps: readonly { readonly id: string }[] };
  return apps.map(({ id }) => id).filter((id) => id.startsWith('/shop'));
};

test('a rollout that is waited for tells each step and ends with 0, and its undo with 4, and no request fails', async (t) => {
  const { edge, clients, verb, start } = await openShop(t);
  assertEnd(await start('--dry-run'), 0, /\/shop-green/);
  assert.equal(edge.daemon.views.book.list().revision, 0);

  const waited = await start('--wait', '--reason', 'release 2');
  assertEnd(waited, 0, /\ndone: \/shop-green has all\n$/);
  for (const share of ['50', '100']) assert.match(waited.stdout, new RegExp(`share of /shop-green ${share} %`));
  assertEnd(await verb('list'), 0, /^\/shop +green 100 % +.*-> green +done/);
  assertEnd(await verb('show', 'shop'), 0, /begun .* ago by \S+@\S+: release 2/);
  assertEnd(await verb('history', '/shop'), 0, /share of \/shop-green 50 %/);

  assertEnd(await verb('undo', '/shop', '--reason', 'tried'), 0, /^\/shop: going back/);
  assertEnd(await verb('watch', '/shop'), 4, /undone: \/shop has all/);
  assert.deepEqual(await appIds(edge), ['/shop']);
  await sawNoFailure(clients);
});

test('a gate that fails ends the waiting with 4, and one object a line has said so', async (t) => {
  const { edge, start } = await openShop(t);
  await edge.standIn.faults.ailApp('/shop-green', { errorPercent: 100 });
  const ended = await start('--gate', 'errors<1%', '--hold', '10m', '--wait', '--json');
  assertEnd(ended, 4, /^aborted: \/shop has all: gate failed: 5xx/);
  const last = ended.stdout.trimEnd().split('\n').at(-1) ?? '';
  const { state, history } = (JSON.parse(last) as { readonly rollout: Rollout }).rollout;
  assert.deepEqual([state.phase, state.outcome], ['ended', 'aborted']);
  assert.ok(history.some(({ what }) => what === 'share of /shop-green 50 %'));
  assert.deepEqual(await appIds(edge), ['/shop']);
});

test('what an operator says to a rollout is done, and what cannot be is refused', async (t) => {
  const { edge, verb, start } = await openShop(t);
  assertEnd(await verb('abort', '/shop'), 1, /no rollout of \/shop/);
  assertEnd(await start('--from', '/nowhere'), 1, /\/nowhere/);
  assert.deepEqual(await appIds(edge), ['/shop']);

  assertEnd(await start('--hold', '10m'), 0, /^the rollout of \/shop has begun: \/shop -> \/shop-green\n/);
  const phase = (): string | undefined => edge.daemon.views.book.one('/shop')?.rollout?.state.phase;
  await waitFor('its first share is held', () => phase() === 'holding');
  assertEnd(await start(), 5, /^refused: a rollout of \/shop runs already: it is holding$/);
  assertEnd(await verb('undo', '/shop'), 5, /^refused: /);
  assertEnd(await verb('pause', '/shop', '--reason', 'lunch'), 0, /PAUSED by \S+@\S+/);
  assertEnd(await verb('show', '/shop'), 0, /paused +by \S+: lunch/);
  assertEnd(await verb('resume', '/shop'), 0, /step 1 of 2/);
  assertEnd(await verb('promote', '/shop'), 0, /step \d of 2/);
  await waitFor('its last share is held', () => phase() === 'holding' && edge.daemon.views.book.one('/shop')?.rollout?.state.step === 1);
  assertEnd(await verb('abort', '/shop', '--json'), 0, /"phase":"aborting"/);
  assertEnd(await verb('watch', 'shop'), 4, /aborted: \/shop has all/);
  assert.deepEqual(await appIds(edge), ['/shop']);
});
