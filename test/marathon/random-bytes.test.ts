import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import { EVENT_TYPES, toMeaning } from '../../src/marathon/event.ts';
import { toEntry } from '../../src/marathon/payload/entry.ts';
import { toEntries } from '../../src/marathon/payload/list.ts';
import { frame } from './fake-marathon.ts';
import { fake, follow, until } from './following.ts';
import { anApp, aTask, statusUpdate } from './samples.ts';

/** Whatever comes over the wire: no byte of it may end the process, nor leave the model wrong for good. An error that nobody catches fails the file. */

const SEED = Number(process.env['SLUICE_TEST_SEED'] ?? Date.now());
console.log(`seed ${SEED}: SLUICE_TEST_SEED=${SEED} repeats it`);

/** Keys that the parsers look for: random JSON alone would never come past the first of them. */
const keys = fc.constantFrom(
  ...['id', 'apps', 'app', 'tasks', 'labels', 'ports', 'portDefinitions', 'portMappings', 'container', 'networks', 'healthChecks', 'state'],
  ...['host', 'ipAddresses', 'version', 'instances', 'appId', 'taskId', 'taskStatus', 'timestamp', 'plan', 'steps', 'actions', 'eventType'],
  ...['runSpecId', 'instanceId', 'condition', 'healthy', 'alive', '__proto__', 'constructor'],
);
const leaf = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom('TASK_RUNNING', 'host', '10.0.0.1', -1, 65_536, 1e300, '', '\u0000', '2021-07-27T14:40:00.000Z'),
);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    leaf,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(keys, tie('tree'), { maxKeys: 8 }),
  ),
}));

/** A thing that is right but for one place. */
const bent = (right: object): fc.Arbitrary<unknown> =>
  fc.tuple(fc.constantFrom(...Object.keys(right)), tree).map(([key, value]) => ({ ...right, [key]: value }));

const anyApp = fc.oneof(
  tree,
  bent(anApp()),
  bent(aTask()).map((task) => anApp({ tasks: [task] })),
);

test('an app of any shape is an app or a problem', () => {
  const property = fc.property(anyApp, (raw) => {
    const { value, problems } = toEntry(raw);
    assert.ok(value !== undefined || problems.length > 0);
  });
  fc.assert(property, { seed: SEED, numRuns: 500 });
});

test('an event of any shape means something, or is refused as such', () => {
  const property = fc.property(fc.constantFrom(...EVENT_TYPES, 'constructor', ''), fc.oneof(tree, bent(statusUpdate())), (type, raw) => {
    try {
      const { appIds } = toMeaning(type, raw);
      assert.ok(appIds.every((appId) => typeof appId === 'string'));
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
    }
  });
  fc.assert(property, { seed: SEED, numRuns: 500 });
});

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 400 }).map((random) => Buffer.from(random)),
  fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
  fc.json().map((text) => Buffer.from(text)),
  fc.array(anyApp, { maxLength: 3 }).map((apps) => Buffer.from(JSON.stringify({ apps }))),
  fc.tuple(fc.nat(400), fc.nat(255)).map(([at, byte]) => {
    const list = Buffer.from(JSON.stringify({ apps: [anApp()] }));
    list[at % list.length] = byte;
    return list;
  }),
);

test('a list of any bytes is a list, or refused as none', async () => {
  const property = fc.asyncProperty(bytes, async (json) => {
    try {
      assert.ok(Array.isArray(await toEntries(json, new AbortController().signal)));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  });
  await fc.assert(property, { seed: SEED, numRuns: 500 });
});

const deep = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

test('JSON nested a hundred thousand deep ends nothing', async (t) => {
  const marathon = await fake(t, [anApp()]);
  const followed = follow(t, [marathon.url]);
  await until(() => followed.model.apps.size === 1);
  marathon.onApps = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(`{"apps":[{"id":"/x","labels":${deep(100_000)}}]}`);
  };
  marathon.write(`event: status_update_event\r\ndata: {"appId":${deep(100_000)}}\r\n\r\n`);
  await until(() => followed.source.state().brokenEvents === 1);
  marathon.onApps = undefined;
  marathon.apps = [anApp(), anApp({ id: '/second' })];
  followed.source.refresh();
  await until(() => followed.model.apps.size === 2);
});

const piece = fc.oneof(
  bytes,
  fc
    .constantFrom('\r', '\n', '\r\n\r\n', ': x\n', 'event: ', 'data: ', 'data', 'retry: 0\n', 'id: 1\n', '\uFEFF')
    .map((text) => Buffer.from(text)),
  fc.constantFrom(...EVENT_TYPES).map((type) => Buffer.from(`event: ${type}\r\ndata: `)),
  fc.oneof(tree, bent(statusUpdate())).map((raw) => Buffer.from(`event: status_update_event\r\ndata: ${JSON.stringify(raw)}\r\n\r\n`)),
);

test('a stream of any bytes leaves the source alive, and the model right in the end', async (t) => {
  const marathon = await fake(t, [anApp()]);
  const followed = follow(t, [marathon.url], { limits: { spacingMs: 1, eventBytes: 20_000 } });
  await until(() => followed.model.apps.size === 1);
  let round = 0;
  const property = fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 8 }), async (pieces) => {
    for (const one of pieces) marathon.write(one);
    round += 1;
    marathon.apps = [anApp({ instances: round })];
    const told = Buffer.from(frame({ eventType: 'deployment_success', plan: { steps: [{ actions: [{ app: '/shop/cart' }] }] } }));
    // What was begun before may swallow the first.
    await until(() => {
      marathon.write(Buffer.concat([Buffer.from('\r\n\r\n'), told]));
      return followed.model.apps.get('/shop/cart')?.app.instances === round;
    });
    assert.deepEqual([...followed.model.apps.keys()], ['/shop/cart']);
  });
  await fc.assert(property, { seed: SEED, numRuns: 150 });
});
