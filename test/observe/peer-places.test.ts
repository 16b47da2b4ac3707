import assert from 'node:assert/strict';
import { test } from 'node:test';
import { peerPlaces } from '../../src/observe/peer-places.ts';

const HOST = { networks: [{ mode: 'host' }] };
const task = (id: string, state = 'TASK_RUNNING') => ({
  id,
  state,
  host: `${id}.example`,
  ports: [31_000, 31_001],
  ipAddresses: [{ ipAddress: '10.1.0.5' }],
});

const urlOf = (app: object): unknown => {
  const [place] = peerPlaces({ ...app, tasks: [task('b')] }, 'a', 9090) ?? [];
  return place === undefined || 'because' in place ? place?.because : place.url;
};

test('peers are the other tasks that serve, healthy or not; those that nobody can hear of are none', () => {
  const states = ['STAGING', 'STARTING', 'RUNNING', 'KILLING', 'UNREACHABLE', 'LOST', 'FINISHED', 'KILLED', 'FAILED'];
  const tasks = [task('own'), ...states.map((state) => task(state.toLowerCase(), `TASK_${state}`))];
  assert.deepEqual(peerPlaces({ ...HOST, tasks }, 'own', 9090), [
    { name: 'running', url: 'http://running.example:9090' },
    { name: 'killing', url: 'http://killing.example:9090' },
  ]);
});

test('their statistics port is where the network of the app has it', () => {
  const portMappings = [{ containerPort: 80, hostPort: 0 }, { containerPort: 81 }, { containerPort: 9090, hostPort: 0 }];
  assert.equal(urlOf(HOST), 'http://b.example:9090');
  assert.equal(urlOf({}), 'http://b.example:9090');
  assert.equal(urlOf({ networks: [{ mode: 'container/bridge' }], container: { portMappings } }), 'http://b.example:31001');
  assert.equal(urlOf({ container: { docker: { network: 'BRIDGE', portMappings } } }), 'http://b.example:31001');
  assert.equal(
    urlOf({ networks: [{ mode: 'container' }], container: { portMappings: [{ containerPort: 9090 }] } }),
    'http://10.1.0.5:9090',
  );
  const inside = [{ containerPort: 9090 }];
  assert.equal(urlOf({ networks: [{ name: 'weave' }], container: { portMappings: inside } }), 'http://10.1.0.5:9090');
  assert.equal(urlOf({ ipAddress: { groups: [] } }), 'http://10.1.0.5:9090');
  assert.equal(urlOf({ ipAddress: {} }), 'http://b.example:9090', 'no address of its own');
  const both = { portMappings: [], docker: { network: 'BRIDGE', portMappings } };
  assert.equal(urlOf({ container: both }), 'http://b.example:31001', 'mappings as Marathon 1.4 has them');
  assert.match(
    String(urlOf({ networks: [{ mode: 'container/bridge' }] })),
    /^no port of its host is mapped to its --stats-port 9090: .*--peers$/,
  );
  const tasks = [{ id: 'b', host: 'fd00::1' }, { id: 'c' }];
  assert.deepEqual(
    peerPlaces({ ...HOST, tasks }, 'a', 9090)?.map((place) => ('url' in place ? place.url : place.because)),
    ['http://[fd00::1]:9090', 'Marathon tells no host of it: map one, or name the other Sluices by --peers'],
  );
});

test('what is no app has no tasks that could be nobody', () => {
  for (const wrong of [undefined, null, 7, {}, { tasks: null }, { tasks: [{}] }, { networks: [{ mode: 'odd' }], tasks: [] }])
    assert.equal(peerPlaces(wrong, 'a', 9090), undefined);
});
