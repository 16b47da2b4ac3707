import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readMarathonLbArgs } from '../../src/cli/marathon-lb-args.ts';
import { hideArguments } from '../../src/migrate/hide-arguments.ts';
import { marathonLbsIn } from '../../src/migrate/marathon-lb-app.ts';
import { newValue } from '../../src/migrate/new-value.ts';
import { inOrderThere, type RuledPort, winnerThere } from '../../src/migrate/routes-there.ts';
import { translatedText } from '../../src/migrate/translated-text.ts';
import { commandWords } from '../../src/migrate/words.ts';

describe('a command line', () => {
  for (const [text, words] of [
    ['sse  --group external', ['sse', '--group', 'external']],
    [`a 'b c' "d \\"e" f\\ g ''`, ['a', 'b c', 'd "e', 'f g', '']],
    ['', []],
  ] as const)
    it(`is taken apart: ${text}`, () => assert.deepEqual(commandWords(text), words));

  it('is told without its secrets', () => {
    const args = ['sse', '--auth-credentials', 'a:b', '--dcos-auth-credentials={"k":1}', '-m', 'http://u:p@m:8080'];
    assert.deepEqual(hideArguments(args), ['sse', '--auth-credentials', '***', '--dcos-auth-credentials=***', '-m', 'http://***@m:8080']);
  });

  it('is read as Sluice would read it, with the variables that stand for flags', () => {
    const { flags, given, wrong } = readMarathonLbArgs(['poll', '-m', 'http://a', 'http://b', '--group', 'x', '-c', 'true'], {
      POLL_INTERVAL: '7',
    });
    assert.deepEqual(wrong, []);
    assert.deepEqual(given.toSorted(), ['--command', '--group', '--marathon']);
    assert.deepEqual(
      [flags['poll'], flags['pollInterval'], flags['marathon'], flags['group']],
      [true, '7', ['http://a', 'http://b'], ['x']],
    );
  });
});

describe('a Marathon-LB among the apps', () => {
  for (const [what, raw, args] of [
    [
      'by its image',
      { container: { docker: { image: 'mesosphere/marathon-lb:v1.15.0' } }, args: ['sse', '--group', 'a'] },
      ['sse', '--group', 'a'],
    ],
    [
      'without arguments',
      { container: { docker: { image: 'r.example:5000/marathon-lb' } } },
      ['sse', '--health-check', '--group', 'external'],
    ],
    ['by its command', { cmd: '/marathon-lb/run sse --group "a b"' }, ['sse', '--group', 'a b']],
    ['by its program', { cmd: 'python3 /x/marathon_lb.py -m http://m --group a' }, ['-m', 'http://m', '--group', 'a']],
  ] as const)
    it(`is found ${what}`, () => assert.deepEqual(marathonLbsIn([{ appId: '/lb', raw }])[0]?.args, args));

  for (const raw of [{ container: { docker: { image: 'marathon-lb-autoscale:1' } } }, { cmd: 'sse' }, { args: ['run'] }, null])
    it(`is not ${JSON.stringify(raw)}`, () => assert.deepEqual(marathonLbsIn([{ appId: '/a', raw }]), []));
});

describe('a new value', () => {
  for (const [name, value, wanted] of [
    ['VHOST', 'http://Shop.example:8080/x,b.example', 'shop.example,b.example'],
    ['PATH', 'cart,basket', '/cart /basket'],
    ['PATH', '-i -f cart', '-i /cart'],
    ['MODE', 'https', 'http'],
    ['MODE', 'udp', undefined],
    ['BALANCE', 'LeastConn', 'leastconn'],
    ['BALANCE', 'quickest of all', undefined],
    ['BIND_ADDR', 'localhost', '127.0.0.1'],
    ['BIND_ADDR', 'eth0', undefined],
    ['BACKEND_WEIGHT', '2000000', '999999'],
    ['PORT', ' 8080 ', '8080'],
    ['BACKEND_NETWORK_ALLOWED_ACL', '10.0.0.0/8,192.0.2.7', '10.0.0.0/8 192.0.2.7'],
    ['HTTP_BACKEND_PROXYPASS_PATH', 'cart', '/cart'],
    ['BIND_OPTIONS', 'accept-proxy interface eth0', 'accept-proxy'],
    ['AUTH', 'a:b:plain', undefined],
    ['NOTHING', 'x', undefined],
  ] as const)
    it(`of ${name}=${value} is ${wanted ?? 'none'}`, () => assert.equal(newValue(name, value), wanted));
});

describe('a translated text', () => {
  it('keeps its placeholders and the braces that are meant for HAProxy', () => {
    const text = '  acl p path_beg {path}\n  block if {{ path_end .php }}\n  use_backend {backend} if p\n';
    const made = translatedText('HTTP_FRONTEND_ACL_WITH_PATH', { text });
    assert.equal(made?.text, '  acl p path_beg {path}\n  http-request deny if {{ path_end .php }}\n  use_backend {backend} if p');
    assert.equal(translatedText('HTTP_FRONTEND_ACL_WITH_PATH', { text: made.text }), undefined);
  });

  it('keeps the line that opens its section', () => {
    const made = translatedText('BACKEND_HEAD', { text: 'backend {backend}\n  balance {balance}\n  srvtimeout 30m\n' });
    assert.equal(made?.text, 'backend {backend}\n  balance {balance}\n  timeout server 30m');
  });

  it('is none where nothing is old, or where it cannot be read', () => {
    assert.equal(translatedText('BACKEND_HTTP_OPTIONS', { text: '  option forwardfor\n' }), undefined);
    assert.equal(translatedText('BACKEND_HEAD', { text: '{nothing}' }), undefined);
  });
});

/** Specification 1.5, with and without maps. */
describe("Marathon-LB's order of rules", () => {
  const port = (appId: string, more: Partial<RuledPort> = {}): RuledPort => ({
    appId,
    servedAs: appId,
    portIndex: 0,
    servicePort: 10_000,
    backend: appId,
    hosts: ['a.example'],
    prefixes: [],
    weight: 0,
    asksForPassword: false,
    redirects: false,
    ...more,
  });
  const winner = (ports: readonly RuledPort[], path: string, hasMaps = false): string | undefined =>
    winnerThere(inOrderThere(ports, hasMaps), path)?.appId;

  it('goes by weight, then by name, whatever the paths', () => {
    const ports = [port('/b', { prefixes: ['/x/y'], weight: 1 }), port('/a', { prefixes: ['/x'], weight: 1 }), port('/c')];
    assert.equal(winner(ports, '/x/y'), '/a');
    assert.equal(winner(ports, '/z'), '/c');
    assert.equal(winner([...ports, port('/d', { weight: 2 })], '/x/y'), '/d');
  });

  it('has the map behind rules, whatever weight its entries name, and nothing behind the map', () => {
    const ports = [port('/a', { weight: 9 }), port('/b', { asksForPassword: true }), port('/c', { prefixes: ['/x'], weight: -2 })];
    assert.equal(winner(ports, '/', true), '/b');
    assert.equal(winner(ports, '/', false), '/a');
    assert.deepEqual(
      inOrderThere(ports, true).map(({ appId }) => appId),
      ['/b', '/a'],
    );
  });
});
