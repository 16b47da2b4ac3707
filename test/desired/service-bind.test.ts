import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { copyOf } from '../../src/desired/certificate-names.ts';
import { anEntry, build, labels } from '../kit/builders.ts';

const FREE = { appFiles: ['/etc/ssl/cert.pem', '/etc/app-certs'] };

/** The bind of the service port, or what is said against it. */
const bindOf = (more: Readonly<Record<string, string>>, options: object = FREE) => {
  const named = Object.fromEntries(Object.entries(more).map(([name, value]) => [`HAPROXY_0_${name}`, value]));
  const { desired, problems } = build([anEntry(labels({ HAPROXY_0_MODE: 'http', ...named }))], options);
  assert.ok(desired.backends.has('shop_10000'), 'it is served by other ways');
  return desired.frontends.get('shop_10000')?.binds[0] ?? problems.map(({ label, message }) => [label, message]);
};

const notFree = (label: string, path: string) => [
  [`HAPROXY_0_${label}`, `names the file "${path}": apps may name those of --ssl-certs and --app-certs only, and the port is not opened`],
];

describe('the bind of a service port has', () => {
  it('files that are free, and what they are for', () => {
    assert.deepEqual(bindOf({ SSL_CERT: '/etc/app-certs/a/b.pem,/etc/ssl/cert.pem' }), {
      address: '*',
      port: 10000,
      ssl: { certificates: ['/etc/app-certs/a/b.pem', '/etc/ssl/cert.pem'], alpn: 'h2,http/1.1' },
      files: ['/etc/app-certs/a/b.pem', '/etc/ssl/cert.pem'],
    });
    const options = 'ca-file /etc/app-certs/ca.pem verify required';
    assert.deepEqual(bindOf({ BIND_OPTIONS: options }), {
      address: '*',
      port: 10000,
      options: options.split(' '),
      files: ['/etc/app-certs/ca.pem'],
    });
  });

  it('files where they are, which its labels call as Marathon-LB did', () => {
    const options = { appFiles: ['/state/cert0.pem'], movedFiles: new Map([['/etc/ssl/cert0.pem', '/state/cert0.pem']]) };
    assert.deepEqual(bindOf({ SSL_CERT: '/etc/ssl/cert0.pem', BIND_OPTIONS: 'ca-file /etc/ssl/cert0.pem verify required' }, options), {
      address: '*',
      port: 10000,
      ssl: { certificates: ['/state/cert0.pem'], alpn: 'h2,http/1.1' },
      options: ['ca-file', '/state/cert0.pem', 'verify', 'required'],
      files: ['/state/cert0.pem', '/state/cert0.pem'],
    });
    assert.deepEqual(bindOf({ SSL_CERT: '/etc/ssl/cert1.pem' }, options), notFree('SSL_CERT', '/etc/ssl/cert1.pem'));
  });

  it('copies of its files, where HAProxy is given some', () => {
    const options = { ...FREE, certificates: 'list' } as const;
    const [cert, ca] = ['/etc/ssl/cert.pem', '/etc/app-certs/ca.pem'];
    assert.deepEqual(bindOf({ SSL_CERT: cert, BIND_OPTIONS: `ca-file ${ca} verify required` }, options), {
      address: '*',
      port: 10000,
      ssl: { certificates: [copyOf(cert)], alpn: 'h2,http/1.1' },
      options: ['ca-file', copyOf(ca), 'verify', 'required'],
      files: [cert, ca],
    });
    assert.notEqual(copyOf('/a/cert.pem'), copyOf('/b/cert.pem'));
  });

  it('copies of its files in a text in place of it, also where that names the file itself', () => {
    const options = { ...FREE, certificates: 'list' } as const;
    const cert = '/etc/ssl/cert.pem';
    for (const named of ['{sslCert}', ` ssl crt ${cert}`]) {
      const text = `frontend {backend}\n  bind {bindAddr}:{servicePort}${named}\n  mode {mode}\n`;
      const { desired } = build(
        [anEntry(labels({ HAPROXY_0_MODE: 'http', HAPROXY_0_SSL_CERT: cert, HAPROXY_0_FRONTEND_HEAD: text }))],
        options,
      );
      const frontend = desired.frontends.get('shop_10000');
      assert.match(frontend?.texts?.head ?? '', new RegExp(`bind \\*:10000 ssl crt ${copyOf(cert)}\n`));
      assert.deepEqual(frontend?.binds, [{ address: '*', port: 10000, files: [cert] }]);
    }
  });

  it('no file but those that are free', () => {
    for (const path of ['/etc/passwd', '/etc/ssl/cert.pem.key', '/etc/app-certsx/a.pem', '/etc/ssl'])
      assert.deepEqual(bindOf({ SSL_CERT: path }), notFree('SSL_CERT', path));
    for (const word of ['crt', 'ca-file', 'ca-verify-file', 'crl-file']) {
      assert.deepEqual(bindOf({ BIND_OPTIONS: `${word} /etc/passwd` }), notFree('BIND_OPTIONS', '/etc/passwd'));
      assert.deepEqual(bindOf({ BIND_OPTIONS: `${word} /etc/app-certs/../passwd` }), notFree('BIND_OPTIONS', '/etc/app-certs/../passwd'));
      assert.deepEqual(bindOf({ BIND_OPTIONS: `${word} templates/x` }), notFree('BIND_OPTIONS', 'templates/x'));
    }
    assert.deepEqual(bindOf({ SSL_CERT: '/etc/ssl/cert.pem' }, {}), notFree('SSL_CERT', '/etc/ssl/cert.pem'), 'where none is free');
  });

  it('no option that is not for apps', () => {
    for (const word of [
      'interface',
      'uid',
      'user',
      'mode',
      'level',
      'expose-fd',
      'namespace',
      'process',
      'crt-list',
      'tls-ticket-keys',
      'quic-force-retry',
    ])
      assert.deepEqual(bindOf({ BIND_OPTIONS: `accept-proxy ${word} x` }), [
        ['HAPROXY_0_BIND_OPTIONS', `has "${word}" for a bind, which no app may use: the port is not opened`],
      ]);
  });

  it('the protocols that the app says', () => {
    const bind = bindOf({ SSL_CERT: '/etc/ssl/cert.pem', BIND_OPTIONS: 'alpn http/1.1' });
    assert.deepEqual(bind, {
      address: '*',
      port: 10000,
      ssl: { certificates: ['/etc/ssl/cert.pem'] },
      options: ['alpn', 'http/1.1'],
      files: ['/etc/ssl/cert.pem'],
    });
  });
});
