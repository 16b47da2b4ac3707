import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { EVENT_TYPES, toMeaning, type EventMeaning } from '../../src/marathon/event.ts';
import { without } from '../../src/kit/without.ts';
import { deployment, statusUpdate } from './samples.ts';

type Raw = Readonly<Record<string, unknown>> & { readonly eventType: string };

/** As the API's description has them, for Marathon 1.8 and later. */
const samples = JSON.parse(readFileSync(new URL('./samples/events.json', import.meta.url), 'utf8')) as readonly Raw[];

const INSTANCE = 'shop_cart.instance-c7c311a4-b669-11e6-a48f-0ea4f4b1778c';
const meaning = (events: EventMeaning['events'], appIds: readonly string[], isOfApps = false): EventMeaning => ({
  events,
  appIds,
  isOfApps,
});
const CART = ['/shop/cart'];
const NOTHING = meaning([], []);
const READ_CART = meaning([], CART, true);

const cartTask = {
  id: `${INSTANCE}._app.1`,
  instanceId: INSTANCE,
  host: '10.0.1.162',
  ipAddresses: ['172.17.0.5'],
  ports: [15457],
  state: 'TASK_RUNNING',
  version: '2021-07-27T14:40:33.123Z',
  agentId: '4fb620fa-ba8d-4eb0-8ae3-f2912aaf015c-S0',
};

/** What every sample of the API's description means. */
const OF_SAMPLES: Readonly<Record<string, EventMeaning>> = {
  status_update_event: meaning([{ kind: 'task', appId: '/shop/cart', task: cartTask }], CART),
  instance_changed_event: meaning([{ kind: 'instance-condition', appId: '/shop/cart', instanceId: INSTANCE, condition: 'Running' }], CART),
  health_status_changed_event: meaning([{ kind: 'check-result', appId: '/shop/cart', instanceId: INSTANCE, alive: true }], CART),
  instance_health_changed_event: meaning([{ kind: 'instance-health', appId: '/shop/cart', instanceId: INSTANCE, healthy: true }], CART),
  unhealthy_instance_kill_event: READ_CART,
  pod_updated_event: meaning([], ['/shop/pod'], true),
  pod_deleted_event: meaning([{ kind: 'apps-ended', appIds: ['/shop/pod'] }], ['/shop/pod'], true),
  app_terminated_event: meaning([{ kind: 'apps-ended', appIds: CART }], CART, true),
  api_post_event: READ_CART,
  deployment_info: READ_CART,
  deployment_step_success: READ_CART,
  deployment_step_failure: READ_CART,
  deployment_success: READ_CART,
  deployment_failed: READ_CART,
};

for (const raw of samples) {
  const expected = OF_SAMPLES[raw.eventType] ?? NOTHING;
  const does = `${expected.events[0]?.kind ?? 'no fact'}, reads ${expected.appIds.join(' ') || 'nothing'}`;
  test(`${raw.eventType}: ${does}`, () => assert.deepEqual(toMeaning(raw.eventType, raw), expected));
}

test('every event that means something is asked for', () => {
  const missing = Object.keys(OF_SAMPLES).filter((type) => !EVENT_TYPES.some((asked) => asked === type));
  assert.deepEqual(missing, []);
});

const UUID = 'c7c311a4-b669-11e6-a48f-0ea4f4b1778c';
const task = (overrides: object): EventMeaning =>
  meaning([{ kind: 'task', appId: '/shop/cart', task: { ...cartTask, agentId: 'S1', ...overrides } }], CART);
const update = (overrides: object): Raw => ({
  ...statusUpdate({ taskId: cartTask.id, ipAddresses: [{ ipAddress: '172.17.0.5', protocol: 'IPv4' }], ...overrides }),
  eventType: 'status_update_event',
});

const podUpdate = (taskStatus: string): Raw => update({ taskId: `shop_pod.instance-${UUID}.web.1`, appId: '/shop/pod', taskStatus });

const TABLE: readonly (readonly [sentence: string, raw: Raw, expected: EventMeaning])[] = [
  [
    'a task of Marathon 1.4 gets the instance that later events name',
    update({ taskId: `shop_cart.${UUID}` }),
    task({ id: `shop_cart.${UUID}`, instanceId: `shop_cart.marathon-${UUID}` }),
  ],
  ['Marathon 1.3 may leave the addresses out', update({ ipAddresses: undefined }), task({ ipAddresses: [] })],
  [
    'host "unknown" is no host, and an agent without an id is none',
    update({ host: 'unknown', slaveId: '' }),
    meaning([{ kind: 'task', appId: '/shop/cart', task: { ...without(cartTask, 'agentId'), host: '' } }], CART),
  ],
  ['ports may be empty', update({ ports: [], taskStatus: 'TASK_KILLED' }), task({ ports: [], state: 'TASK_KILLED' })],
  ["of a pod's container that runs the others may not yet", podUpdate('TASK_RUNNING'), meaning([], ['/shop/pod'])],
  ['a container of a pod may have done its work', podUpdate('TASK_FINISHED'), meaning([], ['/shop/pod'])],
  [
    'a pod of which one container is killed goes',
    podUpdate('TASK_KILLED'),
    meaning(
      [{ kind: 'instance-condition', appId: '/shop/pod', instanceId: `shop_pod.instance-${UUID}`, condition: 'Killed' }],
      ['/shop/pod'],
    ),
  ],
  [
    'the path of a pod may have a question, and letters that are written otherwise',
    { eventType: 'pod_updated_event', clientIp: '10.0.0.9', uri: '/v2/pods//shop/p%6Fd/?force=true' },
    meaning([], ['/shop/pod'], true),
  ],
  [
    'the path of a new pod does not name it',
    { eventType: 'pod_updated_event', clientIp: '10.0.0.9', uri: '/v2/pods?force=true' },
    meaning([], [], true),
  ],
  [
    'a scheduled instance has neither agent nor host',
    { eventType: 'instance_changed_event', runSpecId: '/a', instanceId: 'a.instance-1', condition: 'Scheduled', agentId: null, host: null },
    meaning([{ kind: 'instance-condition', appId: '/a', instanceId: 'a.instance-1', condition: 'Scheduled' }], ['/a']),
  ],
  [
    'health null is not known',
    { eventType: 'instance_health_changed_event', runSpecId: '/a', instanceId: 'a.instance-1', healthy: null },
    meaning([{ kind: 'instance-health', appId: '/a', instanceId: 'a.instance-1', healthy: undefined }], ['/a']),
  ],
  [
    'Marathon 1.3 names the task of a check',
    { eventType: 'health_status_changed_event', appId: '/shop/cart', taskId: `shop_cart.${UUID}`, version: 'v', alive: false },
    meaning([{ kind: 'check-result', appId: '/shop/cart', instanceId: `shop_cart.marathon-${UUID}`, alive: false }], CART),
  ],
  [
    "a failed check's taskId, which is an instance's, is not taken for a task",
    { eventType: 'failed_health_check_event', appId: '/shop/cart', taskId: INSTANCE },
    NOTHING,
  ],
  [
    'a plan names each app and each pod once',
    {
      eventType: 'deployment_success',
      id: 'x',
      plan: {
        id: 'x',
        steps: [{ actions: [{ action: 'StartPod', pod: '/p' }, { app: '/a' }] }, { actions: [{ app: '/a' }, { app: '/b' }] }],
      },
    },
    meaning([], ['/p', '/a', '/b'], true),
  ],
  [
    'a plan that stops apps and pods says that they end',
    {
      eventType: 'deployment_info',
      plan: {
        steps: [
          {
            actions: [
              { action: 'StopApplication', app: '/a' },
              { action: 'StopPod', pod: '/p' },
            ],
          },
          { actions: [{ action: 'ScaleApplication', app: '/b' }] },
        ],
      },
    },
    meaning([{ kind: 'apps-ended', appIds: ['/a', '/p'] }], ['/a', '/p', '/b'], true),
  ],
  [
    'one that has stopped them says nothing new: they may be there again',
    { eventType: 'deployment_success', id: 'x', plan: { steps: [{ actions: [{ action: 'StopApplication', app: '/a' }] }] } },
    meaning([], ['/a'], true),
  ],
  [
    'a plan without steps names nothing',
    { ...deployment([]), eventType: 'deployment_info', plan: { id: 'x', steps: [] } },
    meaning([], [], true),
  ],
  [
    'a heavy plan is read past its group trees',
    { eventType: 'deployment_info', plan: { id: 'x', original: { apps: [{}] }, target: {}, steps: [{ actions: [{ app: '/a' }] }] } },
    meaning([], ['/a'], true),
  ],
  ['an event that nobody knows means nothing', { eventType: 'toString' }, NOTHING],
];

for (const [sentence, raw, expected] of TABLE) test(sentence, () => assert.deepEqual(toMeaning(raw.eventType, raw), expected));

const BROKEN: readonly (readonly [sentence: string, type: string, raw: unknown])[] = [
  ['no app', 'status_update_event', { taskId: 'a', taskStatus: 'TASK_RUNNING' }],
  ['a port that is no port', 'status_update_event', statusUpdate({ ports: [-1] })],
  ['alive that is no boolean', 'health_status_changed_event', { appId: '/a', instanceId: 'i', alive: 'yes' }],
  ['a plan without steps at all', 'deployment_info', { plan: {} }],
  ['not even an object', 'instance_changed_event', null],
];

for (const [sentence, type, raw] of BROKEN)
  test(`an event of wrong shape throws: ${sentence}`, () => assert.throws(() => toMeaning(type, raw)));
