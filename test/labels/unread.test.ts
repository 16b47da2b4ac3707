import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PORT_LABELS } from '../../src/labels/catalogue.ts';
import { DEPLOYMENT_LABELS } from '../../src/labels/deployment.ts';
import { unreadLabels } from '../../src/labels/unread.ts';
import { anApp, aPort } from '../kit/builders.ts';

const two = [aPort(), aPort({ servicePort: 10001, hostPortIndex: 1 })];

const NO_LABEL = 'no label that Sluice reads: it has no effect';

const ROWS: readonly (readonly [label: string, portIndex: number | undefined, message: string])[] = [
  ['HAPROXY_0_VHSOT', 0, `${NO_LABEL}; is HAPROXY_0_VHOST meant?`],
  ['HAPROXY_1_BALANCER', 1, `${NO_LABEL}; is HAPROXY_1_BALANCE meant?`],
  ['HAPROXY_VHOST', undefined, `${NO_LABEL}; is HAPROXY_0_VHOST meant?`],
  ['HAPROXY_0_vhost', 0, `${NO_LABEL}; is HAPROXY_0_VHOST meant?`],
  ['haproxy_group', undefined, `${NO_LABEL}; is HAPROXY_GROUP meant?`],
  ['HAPROXY_GROUPS', undefined, `${NO_LABEL}; is HAPROXY_GROUP meant?`],
  ['HAPROXY-0-PORT', undefined, `${NO_LABEL}; is HAPROXY_0_PORT meant?`],
  ['HAPROXY_01_PORT', undefined, `${NO_LABEL}; is HAPROXY_1_PORT meant?`],
  ['HAPROXY_0_SSL_CERTS', 0, `${NO_LABEL}; is HAPROXY_0_SSL_CERT meant?`],
  ['HAPROXY_0_SOMETHING_ELSE_ALTOGETHER', 0, NO_LABEL],
  [`HAPROXY_0_${'X'.repeat(100_000)}`, 0, NO_LABEL],
  ['HAPROXY_0_MAP_HTTP_FRONTEND_ACL', 0, 'a label that Marathon-LB knew and never used: it has no effect there or here'],
  ['HAPROXY_0_BACKEND_HAED', 0, `${NO_LABEL}; is HAPROXY_0_BACKEND_HEAD meant?`],
  ['HAPROXY_7_BACKEND_HEAD', 7, 'the app has 2 service ports, numbers 0 to 1: it has no effect'],
  ['HAPROXY_DEPLOYMENT_GRUOP', undefined, `${NO_LABEL}; is HAPROXY_DEPLOYMENT_GROUP meant?`],
  ['HAPROXY_2_VHOST', 2, 'the app has 2 service ports, numbers 0 to 1: it has no effect'],
];

describe('labels that are not read', () => {
  for (const [label, portIndex, message] of ROWS)
    it(`tells of ${label.slice(0, 60)}`, () =>
      assert.deepEqual(unreadLabels(anApp({ labels: { [label]: 'x' }, ports: two })), [
        { appId: '/shop', label, ...(portIndex === undefined ? {} : { portIndex }), message },
      ]));

  it('says nothing of labels that are read, nor of other programs', () => {
    const read = Object.values(PORT_LABELS).flatMap(({ name }) => [`HAPROXY_0_${name}`, `HAPROXY_1_${name}`]);
    const labels = Object.fromEntries(
      [...read, 'HAPROXY_GROUP', ...DEPLOYMENT_LABELS, 'traefik.enable', 'DCOS_SERVICE_NAME'].map((name) => [name, 'x']),
    );
    assert.deepEqual(unreadLabels(anApp({ labels, ports: two })), []);
  });

  it('speaks of one service port, and of none', () => {
    const messages = [[aPort()], []].map((ports) => unreadLabels(anApp({ labels: { HAPROXY_1_VHOST: 'x' }, ports }))[0]?.message);
    assert.deepEqual(messages, [
      'the app has one service port, number 0: it has no effect',
      'the app has no service port: it has no effect',
    ]);
  });
});
