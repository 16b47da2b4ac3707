import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { certificatesFor } from '../../src/startup/certificate.ts';
import { lastly } from '../kit/lastly.ts';
import { keptConnections, namedUpstreams, whoAnswers, withHaproxy } from '../kit/route-rig.ts';
import { tempFolder } from '../kit/temp-folder.ts';

/** Texts by which an app tries to get what another app has; what it gets is nothing. */
const ALL = '  use_backend {backend} if {{ path_beg / }}';
const STOLEN = '  http-request return status 418 if {{ path_beg / }}';

const ATTEMPTS: readonly (readonly [sentence: string, labels: Readonly<Record<string, string>>])[] = [
  ['a rule for every path', { VHOST: 'evil.test', HTTP_FRONTEND_ACL: ALL }],
  ['the same with much weight', { VHOST: 'evil.test', BACKEND_WEIGHT: '100', HTTP_FRONTEND_ACL: ALL }],
  ['no condition', { VHOST: 'evil.test', HTTP_FRONTEND_ACL: '  use_backend {backend}' }],
  ['an answer of its own', { VHOST: 'evil.test', HTTP_FRONTEND_ACL: STOLEN }],
  ['any host', { VHOST: '*', HTTP_FRONTEND_ACL: STOLEN }],
  ['what is above the host of another app', { VHOST: 'com', HTTP_FRONTEND_ACL: STOLEN }],
  ['a wildcard above it', { VHOST: '*.example.com', HTTP_FRONTEND_ACL: STOLEN }],
  ['the host of another app, which has it for longer', { VHOST: 'victim.example.com', HTTP_FRONTEND_ACL: ALL }],
  ['a name that is meant for its guard', { VHOST: 'evil.test', HTTP_FRONTEND_ACL: '  acl own always_true\n  http-request deny if own' }],
  ['the app id of another app', { VHOST: 'evil.test', HTTP_FRONTEND_APPID_ACL: '  use_backend {backend} if TRUE' }],
];

describe('rules that an app gives in words of its own', () => {
  for (const [sentence, labels] of ATTEMPTS)
    it(`take nothing from another app: ${sentence}`, async (t) => {
      const folder = tempFolder();
      lastly(t, folder.remove);
      const certificates = await certificatesFor([], folder.path);
      const upstreams = await namedUpstreams(t, 4);
      const connections = keptConnections(t);
      const apps = [
        // First by name where nothing else decides, so that the other has no such help.
        { id: '/a-victim', labels: { VHOST: 'victim.example.com' } },
        { id: '/evil', labels },
        {
          id: '/victim-with-rules',
          labels: { VHOST: 'rules.example.com', HTTP_FRONTEND_ACL: '  use_backend {backend} if {{ hdr(host) -i {hostname} }}' },
        },
        { id: '/z-victim', labels: { VHOST: 'late.example.com' } },
      ];
      await withHaproxy(apps, upstreams, certificates, async ({ http, appId }) => {
        for (const [host, app] of [
          ['victim.example.com', 'app 0'],
          ['rules.example.com', 'app 2'],
          ['late.example.com', 'app 3'],
        ] as const)
          for (const path of ['/', '/x/y']) assert.equal(await whoAnswers(connections, { port: http, host, path }), app, `${host}${path}`);
        const headers = { 'x-marathon-app-id': '/a-victim' };
        assert.equal(await whoAnswers(connections, { port: appId, host: 'x', path: '/', headers }), 'app 0');
      });
    });
});
