import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { unreadLabels } from '../../src/labels/unread.ts';
import { anApp } from '../kit/builders.ts';
import { PIECE_NAMES, pieceOf } from '../../src/pieces/catalogue.ts';
import { operatorOverrides, portOverrides } from '../../src/pieces/overrides.ts';

const NONE = operatorOverrides({}, new Map());

describe('the pieces', () => {
  it('are as many as Marathon-LB had, by who may replace them', () => {
    const count = (label: string): number => PIECE_NAMES.filter((name) => pieceOf(name).label === label).length;
    assert.equal(PIECE_NAMES.length, 53);
    assert.deepEqual({ read: count('read'), dead: count('dead'), shadowed: count('shadowed') }, { read: 35, dead: 4, shadowed: 1 });
    assert.deepEqual(
      PIECE_NAMES.filter((name) => pieceOf(name).unused === true),
      ['HTTPS_FRONTEND_ROUTING_ONLY_WITH_PATH_AND_AUTH', 'HTTPS_FRONTEND_AUTH_ACL_ONLY', 'HTTPS_FRONTEND_AUTH_REQUEST_ONLY'],
    );
  });

  it('have single braces where Marathon-LB never formatted them', () => {
    const literal = PIECE_NAMES.filter((name) => pieceOf(name).placeholders === undefined);
    assert.deepEqual(literal, [
      'HEAD',
      'HTTP_FRONTEND_HEAD',
      'HTTP_FRONTEND_APPID_HEAD',
      'HTTPS_GROUPED_FRONTEND_HEAD',
      'BACKEND_HSTS_OPTIONS',
      'BACKEND_HTTP_OPTIONS',
      'HTTP_BACKEND_ACL_ALLOW_DENY',
      'TCP_BACKEND_ACL_ALLOW_DENY',
      'BACKEND_STICKY_OPTIONS',
    ]);
  });

  it('name each placeholder once', () => {
    for (const name of PIECE_NAMES) {
      const { placeholders = [] } = pieceOf(name);
      assert.deepEqual([...new Set(placeholders)], placeholders, name);
      for (const placeholder of placeholders) assert.match(placeholder, /^\w+$/);
    }
  });
});

describe('what an operator puts in place of a piece', () => {
  it('is the environment, else a file', () => {
    const files = new Map([
      ['HAPROXY_HEAD', 'of a file'],
      ['HAPROXY_BACKEND_HEAD', 'of a file\n'],
      ['500.http', 'HTTP/1.0 500'],
    ]);
    assert.deepEqual(
      operatorOverrides({ HAPROXY_HEAD: 'of the environment', HAPROXY_NO_SUCH: 'x', PATH: '/bin' }, files),
      new Map([
        ['HEAD', { text: 'of the environment', from: 'environment' }],
        ['BACKEND_HEAD', { text: 'of a file\n', from: 'file' }],
      ]),
    );
  });

  it('may be empty in a file, and is not there where it is empty in the environment', () => {
    assert.deepEqual(
      operatorOverrides({ HAPROXY_FRONTEND_HEAD: '' }, new Map([['HAPROXY_FRONTEND_HEAD', '']])),
      new Map([['FRONTEND_HEAD', { text: '', from: 'file' }]]),
    );
    assert.equal(operatorOverrides({ HAPROXY_FRONTEND_HEAD: '' }, new Map()).size, 0);
  });

  it('has line breaks where the environment says \\n, and nowhere else', () => {
    const read = operatorOverrides({ HAPROXY_BACKEND_HEAD: 'a\\nb\\tc\\\\n' }, new Map([['HAPROXY_FRONTEND_HEAD', 'a\\nb']]));
    assert.equal(read.get('BACKEND_HEAD')?.text, 'a\nb\\tc\\\n');
    assert.equal(read.get('FRONTEND_HEAD')?.text, 'a\\nb');
  });
});

describe('what an app puts in place of a piece', () => {
  const operator = operatorOverrides({ HAPROXY_BACKEND_HEAD: 'operator', HAPROXY_HEAD: 'operator' }, new Map());

  it('comes before the operator, for its port alone', () => {
    const labels = { HAPROXY_0_BACKEND_HEAD: 'a\r\nb', HAPROXY_1_FRONTEND_HEAD: '' };
    assert.deepEqual(portOverrides(labels, 0, operator).get('BACKEND_HEAD'), { text: 'a\nb', from: 'label' });
    assert.deepEqual(portOverrides(labels, 0, operator).get('FRONTEND_HEAD'), undefined);
    assert.deepEqual(portOverrides(labels, 1, operator).get('BACKEND_HEAD'), { text: 'operator', from: 'environment' });
  });

  it('may be empty', () => {
    assert.deepEqual(portOverrides({ HAPROXY_1_FRONTEND_HEAD: '' }, 1, NONE).get('FRONTEND_HEAD'), { text: '', from: 'label' });
  });

  it('keeps a backslash and an n as they are', () => {
    assert.equal(portOverrides({ HAPROXY_0_BACKEND_HEAD: 'a\\nb' }, 0, NONE).get('BACKEND_HEAD')?.text, 'a\\nb');
  });

  for (const label of [
    'HAPROXY_0_HEAD',
    'HAPROXY_0_HTTP_FRONTEND_HEAD',
    'HAPROXY_0_MAP_HTTP_FRONTEND_ACL',
    'HAPROXY_0_HTTP_BACKEND_REDIR',
    'HAPROXY_0_HTTPS_FRONTEND_AUTH_ACL_ONLY',
    'HAPROXY_BACKEND_HEAD',
    'HAPROXY_0_constructor',
    'HAPROXY_00_BACKEND_HEAD',
    'HAPROXY_10_BACKEND_HEAD',
  ])
    it(`is not ${label}`, () => assert.equal(portOverrides({ [label]: 'x' }, 0, operator), operator));

  it('is told as not read where Marathon-LB had the label and did not use it', () => {
    const dead = PIECE_NAMES.filter((name) => pieceOf(name).label === 'dead').map((name) => `HAPROXY_0_${name}`);
    const told = unreadLabels(anApp({ labels: Object.fromEntries(dead.map((name) => [name, 'x'])) }));
    assert.deepEqual(
      told.map(({ label }) => label),
      dead,
    );
  });
});
