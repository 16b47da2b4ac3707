import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { hideSecrets } from '../../src/endpoints/hide-secrets.ts';

const HIDDEN: readonly (readonly [line: string, shown: string])[] = [
  ['  user ann password $6$salt$s3cret', '  user ann password ***'],
  ['  user ann groups g1,g2 password $6$salt$s3cret', '  user ann groups g1,g2 password ***'],
  ['  user ann insecure-password "s3cret word" groups g', '  user ann insecure-password *** groups g'],
  ["  user ann insecure-password 's3cret'", '  user ann insecure-password ***'],
  ['  user ann insecure-password s3cr\\ et', '  user ann insecure-password ***'],
  ['  stats auth ann:s3cret', '  stats auth ***'],
  ['  setenv TOKEN s3cret and more', '  setenv TOKEN ***'],
  ['  cookie SRV insert dynamic dynamic-cookie-key s3cret', '  cookie SRV insert dynamic dynamic-cookie-key ***'],
  ['  http-request set-header X-Api-Key s3cret if { path / }', '  http-request set-header X-Api-Key ***'],
  ['  http-request add-header authorization "Basic s3cret"', '  http-request add-header authorization ***'],
  ['  http-check send meth GET uri / hdr Authorization "Bearer s3cret"', '  http-check send meth GET uri / hdr Authorization ***'],
  ['  option httpchk GET / HTTP/1.1\\r\\nAuthorization:\\ Basic\\ s3cret', '  option httpchk GET / HTTP/1.1\\r\\nAuthorization:***'],
  ['  acl known req.hdr(X-Auth-Token) -m str s3cret', '  acl known req.hdr(X-Auth-Token) ***'],
  ['  http-request set-var(txn.h) path,hmac(sha256,s3cret),hex', '  http-request set-var(txn.h) path,hmac(***),hex'],
];

const SHOWN: readonly string[] = [
  '  use_backend token-service_10000 if { hdr(host) -i token.example }',
  'backend password-store_10000 from http_roundrobin_1',
  '  server 10_0_0_1_31000 10.0.0.1:31000 id 28035 weight 1 check inter 2s',
  '  bind *:443 ssl crt /run/sluice/config/certs/a.pem alpn h2,http/1.1',
  '  http-request set-header X-Forwarded-Port %[dst_port]',
  '  cookie mesosphere_server_id insert indirect nocache',
];

describe('what is told of a configuration', () => {
  for (const [line, shown] of HIDDEN)
    it(`has no secret: ${line.trim()}`, () =>
      assert.equal(hideSecrets(`${SHOWN[0] ?? ''}\n${line}\nend\n`), `${SHOWN[0] ?? ''}\n${shown}\nend\n`));

  it('has all the rest', () => assert.equal(hideSecrets(SHOWN.join('\n')), SHOWN.join('\n')));

  it('is told at once, however long a line is', () => {
    const long = `  acl x path ${'token-hdr(token'.repeat(20_000)}\n`;
    assert.ok(hideSecrets(long).length > 0);
  });

  it('hides what stands behind a header however its name begins: a rule that asks for the whole name hides no more', () => {
    const name = String.raw`[\w-]{0,60}(?:authorization|cookie|token|secret|passw|credential|api-?key|auth-?key)[\w-]{0,60}`;
    const whole = new RegExp(String.raw`(${name}:)[^\n]+`, 'gim');
    const piece = fc.constantFrom('x-', 'Token', 'cookie', 'api-key', '_1', ':', ' ', '\n', '.', 'y'.repeat(40), 'PASSW', 'ord');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('');
        assert.equal(hideSecrets(text), text.replaceAll(whole, '$1***'));
      }),
    );
  });
});
