import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LONGEST_VALUE, MOST_TRIES, triesOf } from '../../src/pieces/entitlement/regex-tries.ts';
import { triesOfRequest } from '../../src/pieces/entitlement/request-tries.ts';
import type { Line } from '../../src/pieces/lines.ts';

const isInTime = (regex: string, isOneLine = true): boolean => triesOf(regex, LONGEST_VALUE, isOneLine) <= MOST_TRIES;

describe('a regular expression held against the longest text there is', () => {
  const inTime = [
    '^/v[0-9]+/',
    '^/([^/]+)/(.*)$',
    '(?i)^(https?://shop.example(:[0-9]+)?)?(/.*)',
    '(?i)^(.*)\\.old\\.example',
    '^(\\d{1,3}\\.){3}\\d{1,3}$',
    '^[^.]+\\.shop\\.(com|org)$',
    '.*\\.example\\.com',
    '^.*\\.example\\.com$',
    '[.](jpe?g|png)$',
    '^(.*)/(.*)$',
    ':.*$,,)]',
    'foo.*bar',
    '[0-9]+x',
    '(o)(.*)[xy]',
    '(ab)+',
  ];
  for (const regex of inTime) it(`${regex} is in time`, () => assert.equal(isInTime(regex), true));

  const tooSlow = [
    '^/.*a.*b',
    'o.*o.*[xy]',
    '^/(/.*)?/.*[xy]',
    'o(?:oo[a-z]*)?[xy]',
    'o[a-z]{2,}[xy]',
    '((((((o.*))))))[xy]',
    'o(?=o).*[xy]',
    '(?:o|oo)+[xy]',
    'o?o?o?o?o?o?o?o?o?o?o?o?[xy]',
    '[[:alpha:]]+[[:digit:]]+.*x',
    '^/[]a]+[]b]+.*x',
    '^/a*\\1b*x.*y',
    '^/a.*|b.*c.*',
    '(a{0,9999}b?){9}'.repeat(16),
  ];
  for (const regex of tooSlow) it(`${regex} is not`, () => assert.equal(isInTime(regex), false));

  for (const regex of ['*', '+a', '[z-a]+x', ')', 'a{', '[]', '(?i)'])
    it(`${regex} is looked at, whatever HAProxy says of it`, () => assert.equal(Number.isNaN(triesOf(regex, LONGEST_VALUE)), false));

  it('is another one where what it is held against has many lines', () => {
    assert.equal(isInTime('^(.*)/(.*)$', false), false);
    assert.equal(isInTime('^/([^/]+)/(.*)$', false), true);
  });
});

describe('what all regular expressions of some lines may cost a request', () => {
  const of = (...lines: readonly Line[]): number => triesOfRequest(lines);
  const acl: Line = ['acl', 'a', 'path_reg', '^/v[0-9]+/'];
  const use: Line = ['use_backend', 'b', 'if', 'a'];
  const one = triesOf('^/v[0-9]+/', LONGEST_VALUE);

  it('is nothing for an ACL that no rule asks', () => assert.equal(of(acl), 0));
  it('is that of an ACL for each rule that asks it', () => {
    assert.equal(of(acl, use), one);
    assert.equal(of(use, acl, ['http-request', 'deny', 'unless', '!a']), 2 * one);
  });
  it('is that of all lines of an ACL', () => assert.equal(of(acl, acl, use), 2 * one));
  it('is that of what stands in braces, in actions and in converters', () => {
    assert.equal(of(['use_backend', 'b', 'if', '{', 'path_reg', '^/v[0-9]+/', '}']), one);
    assert.equal(of(['http-request', 'replace-path', '^/v[0-9]+/', '/']), one);
    assert.ok(of(['http-request', 'set-header', 'X', '%[path,regsub(^/v[0-9]+/,)]']) > 0);
  });
  it('knows what a text has decoded', () => {
    const [decoded, plain] = ['path,url_dec', 'path'].map((fetch) =>
      of(['use_backend', 'b', 'if', '{', fetch, '-m', 'reg', '^(.*)/(.*)$', '}']),
    );
    assert.ok((decoded ?? 0) > MOST_TRIES && (plain ?? 0) < MOST_TRIES);
  });
});
