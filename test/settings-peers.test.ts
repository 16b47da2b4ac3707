import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownTask } from '../src/settings-peers.ts';
import { toSettings } from '../src/settings.ts';

const peersOf = (peers: string): unknown => toSettings({ group: ['a'], peers }).peers;

test('--peers is auto, off or URLs, each once', () => {
  assert.deepEqual(toSettings({ group: ['a'] }).peers, { kind: 'auto' });
  assert.deepEqual(peersOf('off'), { kind: 'off' });
  assert.deepEqual(peersOf('http://edge-1:9090, https://edge-2/,http://edge-1:9090/'), {
    kind: 'urls',
    urls: ['http://edge-1:9090', 'https://edge-2'],
  });
  for (const wrong of ['', 'edge-2:9090', 'http://a:9090,', 'http://ann:pw@a:9090', 'http://a:9090/path', 'http://a?b', 'ftp://a'])
    assert.throws(() => peersOf(wrong), { code: 'SETTINGS', message: /^--peers must be auto, off, or URLs/ }, wrong);
});

test('a Sluice is a task of its own app where Marathon says both', () => {
  assert.equal(ownTask({ MARATHON_APP_ID: '/sluice' }), undefined);
  assert.equal(ownTask({ MARATHON_APP_ID: '/sluice', MESOS_TASK_ID: '' }), undefined);
  assert.deepEqual(toSettings({ group: ['a'] }, { MARATHON_APP_ID: '/sluice', MESOS_TASK_ID: 'one' }).ownTask, {
    appId: '/sluice',
    taskId: 'one',
  });
});
