import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Known, type Presented, roleOf, tokensIn } from '../../src/api/credentials.ts';

const READ = 'r'.repeat(16);
const WRITE = 'w'.repeat(40);
const tokens = tokensIn(`# for Prometheus\nread ${READ}\n\n  write\t${WRITE} \r\n`);

const nothing: Presented = { authorization: undefined, commonName: undefined };
const bearer = (token: string): Presented => ({ ...nothing, authorization: `Bearer ${token}` });
const named = (commonName: string): Presented => ({ ...nothing, commonName });

describe('the role of a request', () => {
  const byToken: Known = { tokens, writeNames: undefined };
  const byName: Known = { tokens: undefined, writeNames: ['operator'] };
  const byBoth: Known = { tokens, writeNames: ['operator'] };
  const CASES: readonly (readonly [what: string, presented: Presented, known: Known, role: string | undefined])[] = [
    ['nothing', nothing, byToken, undefined],
    ['a read token', bearer(READ), byToken, 'read'],
    ['a write token', bearer(WRITE), byToken, 'write'],
    ['a token with the scheme in other letters', { ...nothing, authorization: `bEARER  ${READ} ` }, byToken, 'read'],
    ['a token of others', bearer('x'.repeat(16)), byToken, 'unknown'],
    ['the beginning of a token', bearer(WRITE.slice(0, -1)), byToken, 'unknown'],
    ['a token with more behind it', bearer(`${READ}r`), byToken, 'unknown'],
    ['two tokens', bearer(`${READ} ${WRITE}`), byToken, 'unknown'],
    ['an empty token', bearer(''), byToken, 'unknown'],
    ['an empty header', { ...nothing, authorization: '' }, byToken, 'unknown'],
    ['a token by another scheme', { ...nothing, authorization: `Basic ${READ}` }, byToken, 'unknown'],
    ['a token without a scheme', { ...nothing, authorization: READ }, byToken, 'unknown'],
    ['a certificate where tokens are asked for', named('operator'), byToken, undefined],
    ['a certificate', named('prometheus'), byName, 'read'],
    ['a certificate that may write', named('operator'), byName, 'write'],
    ['a certificate with a name in other letters', named('Operator'), byName, 'read'],
    ['a certificate without a name', named(''), byName, 'read'],
    ['a token where certificates are asked for', bearer(WRITE), byName, undefined],
    ['a certificate, and a token that may more', { ...bearer(WRITE), commonName: 'prometheus' }, byBoth, 'write'],
    ['a token, and a certificate that may more', { ...bearer(READ), commonName: 'operator' }, byBoth, 'write'],
    ['a certificate, and a token of others', { ...bearer('x'.repeat(16)), commonName: 'operator' }, byBoth, 'unknown'],
    ['a token while there are none', bearer(READ), { tokens: [], writeNames: undefined }, 'unknown'],
    ['an empty token while there are none', bearer(''), { tokens: [], writeNames: undefined }, 'unknown'],
  ];
  for (const [what, presented, known, role] of CASES)
    it(`of ${what} is ${role ?? 'none'}`, () => assert.equal(roleOf(presented, known), role));
});

describe('a file of tokens', () => {
  const WRONG: readonly (readonly [what: string, text: string, message: RegExp])[] = [
    ['nothing in it', '', /no token/],
    ['only remarks', '# read xxxxxxxxxxxxxxxxxxxx\n', /no token/],
    ['a token without a role', `${READ}\n`, /^line 1 is not 'read TOKEN' or 'write TOKEN'$/],
    ['a role that is none', `read ${READ}\nadmin ${READ}\n`, /^line 2 is not/],
    ['a role without a token', 'write\n', /^line 1 is not/],
    ['two tokens in a line', `read ${READ} ${WRITE}\n`, /^line 1 is not/],
    ['a token that can be guessed', '\nread hunter2\n', /^the token of line 2 is not 16 or more characters/],
    ['a token that no header can hold', `read ${'é'.repeat(20)}\n`, /^the token of line 1/],
  ];
  for (const [what, text, message] of WRONG)
    it(`with ${what} is refused, by line, and nothing of it is told`, () =>
      assert.throws(
        () => tokensIn(text),
        (error) => error instanceof Error && message.test(error.message) && !/hunter2|rrrr|wwww|é/.test(error.message),
      ));

  it('is not kept as it is', () => assert.ok(!JSON.stringify(tokens).includes(READ)));
});
