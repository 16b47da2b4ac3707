import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { generate } from 'selfsigned';
import { startStandIn } from '../../src/demo/stand-in.ts';
import { clock } from '../../src/doctor/checks/clock.ts';
import { marathon } from '../../src/doctor/checks/marathon.ts';
import { freePorts } from '../kit/free-ports.ts';
import { lastly } from '../kit/lastly.ts';
import { json, startGiver } from '../marathon/login/fake-giver.ts';
import { type FakeMarathon, sendJson, startFake } from '../marathon/fake-marathon.ts';
import { find, folderOf, levels, messages } from './kit.ts';

const INFO = { name: 'marathon', version: '1.11.24', leader: 'm1:8080', marathon_config: {} };

type Answer = (response: ServerResponse) => void;

/** A Marathon as it should be, but for what a test writes itself. */
const fakeMarathon = async (
  t: TestContext,
  given: { readonly info?: Answer; readonly apps?: Answer } = {},
  tls?: Parameters<typeof startFake>[1],
): Promise<FakeMarathon> => {
  const fake = await startFake([], tls);
  lastly(t, async () => fake.close());
  fake.onApps = (request, response) => {
    const answer = request.url?.startsWith('/v2/info') === true ? given.info : given.apps;
    if (answer !== undefined) answer(response);
    else sendJson(response, 200, request.url?.startsWith('/v2/info') === true ? INFO : { apps: [] });
  };
  return fake;
};

/** Takes connections and says nothing. */
const blackHole = async (t: TestContext): Promise<string> => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket.on('error', () => sockets.delete(socket))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  lastly(t, () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const page: Answer = (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Log in</html>');

describe('what the doctor finds of Marathon', { concurrency: 4 }, () => {
  it('that all is well: what it is, that apps may be read, and that the stream attaches', async (t) => {
    const standIn = await startStandIn({ instances: 2 });
    lastly(t, async () => standIn.close());
    const found = await find(marathon, { marathon: standIn.urls });
    assert.deepEqual(levels(found), ['ok', 'ok', 'ok', 'ok']);
    assert.match(messages(found), /^http:\S+ is Marathon 1\.\d+\.\d+, leader \S+; apps may be read\nhttp:\S+: the event stream attaches\n/);
    assert.deepEqual(levels(await find(clock, { marathon: standIn.urls })), ['ok', 'ok']);
  });

  it('nothing of a stream that is not wanted', async (t) => {
    const fake = await fakeMarathon(t);
    const found = await find(marathon, { marathon: [fake.url], poll: true });
    assert.deepEqual(levels(found), ['ok']);
    assert.ok(fake.requests.every(({ path }) => !path.startsWith('/v2/events')));
  });

  const BAD: readonly (readonly [what: string, given: { readonly info?: Answer; readonly apps?: Answer }, message: RegExp, fix: RegExp])[] =
    [
      ['a page in its place', { info: page }, /answered with "text\/html" and not with JSON/, /^curl -v http:.*\/v2\/info/],
      [
        "somebody else's JSON",
        { info: (response) => sendJson(response, 200, { version: 1 }) },
        /does not say what Marathon says/,
        /^curl -v/,
      ],
      [
        'JSON that is cut off',
        { info: (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"version"') },
        /cut off/,
        /^curl -v/,
      ],
      [
        '404',
        { info: (response) => sendJson(response, 404, { message: 'no' }) },
        /answered 404: check that this is Marathon's base URL/,
        /^curl -v/,
      ],
      ['no leader', { info: (response) => sendJson(response, 503, {}) }, /answered 503/, /^curl -v/],
      [
        'that it knows no such user',
        { info: (response) => sendJson(response, 401, {}) },
        /answered 401: user or password/,
        /^curl -i -u USER .*credential-file/,
      ],
      [
        'that this user may not read apps',
        { apps: (response) => sendJson(response, 403, {}) },
        /answered 403: this user may not/,
        /^curl -i -u USER/,
      ],
      [
        'an answer about apps that is none',
        { apps: (response) => sendJson(response, 200, { tasks: [] }) },
        /does not list apps/,
        /^curl -v/,
      ],
    ];
  for (const [what, given, message, fix] of BAD)
    it(what, async (t) => {
      const fake = await fakeMarathon(t, given);
      const found = await find(marathon, { marathon: [fake.url] });
      assert.deepEqual(levels(found), ['fail']);
      assert.match(messages(found), message);
      assert.match(found[0]?.fix ?? '', fix);
    });

  it('one that refuses, one that says nothing, and one whose name leads nowhere', async (t) => {
    const [free = 0] = await freePorts(1);
    const urls = [`http://127.0.0.1:${free}`, await blackHole(t), 'http://no-such-host.invalid:8080'];
    const found = await find(marathon, { marathon: urls });
    assert.deepEqual(levels(found), ['fail', 'fail', 'fail']);
    assert.match(messages(found), /ECONNREFUSED[^\n]*\n[^\n]*did not begin to answer within 5 s[^\n]*\n[^\n]*no-such-host\.invalid/);
    assert.deepEqual(await find(clock, { marathon: urls.slice(0, 1) }), []);
  });

  it('a warning where one of several is wrong: the others do', async (t) => {
    const [free = 0] = await freePorts(1);
    const fake = await fakeMarathon(t);
    const found = await find(marathon, { marathon: [`http://127.0.0.1:${free}`, fake.url] });
    assert.deepEqual(levels(found), ['warn', 'ok', 'ok']);
  });

  const STREAMS: readonly (readonly [what: string, answer: Answer, message: RegExp])[] = [
    ['is refused', (response) => sendJson(response, 503, {}), /no event stream: .*answered 503/],
    ['is a page', page, /no event stream: .*and not with an event stream/],
    ['ends at once', (response) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(), /no event stream: /],
  ];
  for (const [what, answer, message] of STREAMS)
    it(`an event stream that ${what}`, async (t) => {
      const fake = await fakeMarathon(t);
      fake.onEvents = (_request, response) => answer(response);
      const found = await find(marathon, { marathon: [fake.url] });
      assert.deepEqual(levels(found), ['ok', 'fail']);
      assert.match(messages(found), message);
    });

  it('an event stream that is open and on which nothing comes', async (t) => {
    const fake = await fakeMarathon(t);
    fake.onEvents = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    };
    assert.deepEqual(levels(await find(marathon, { marathon: [fake.url] })), ['ok', 'warn']);
  });

  it('that credentials are sent, that they go in plain text, and never which', async (t) => {
    const fake = await fakeMarathon(t);
    const found = await find(marathon, { marathon: [fake.url.replace('//', '//user:secret@')] });
    assert.deepEqual(levels(found), ['ok', 'warn', 'ok']);
    const expected = `Basic ${Buffer.from('user:secret').toString('base64')}`;
    assert.ok(fake.requests.length >= 3 && fake.requests.every(({ headers }) => headers.authorization === expected));
    assert.ok(!JSON.stringify(found).includes('secret'));
  });

  it('that whoever gives the credentials does not, and whom to look at then', async (t) => {
    const fake = await fakeMarathon(t);
    const giver = await startGiver(t, (_asked, response) => json(response, 403, {}));
    const environment = {
      ...{ VAULT_TOKEN: 'secret', VAULT_HOST: 'vault.example', VAULT_PORT: '8200', VAULT_PATH: 'x' },
      VAULT_URL: `${giver.url}/v1/secret/marathon`,
    };
    const found = await find(marathon, { marathon: [fake.url] }, environment);
    assert.deepEqual(levels(found), ['fail']);
    assert.match(messages(found), /^Vault at \S+ answered 403: VAULT_TOKEN has ended/);
    assert.equal(found[0]?.fix, `curl -v ${giver.url}/v1/secret/marathon   # see VAULT_TOKEN`);
    giver.answer = (_asked, response) => json(response, 200, { data: { user: 'ann', pass: 'x' } });
    assert.deepEqual(levels(await find(marathon, { marathon: [fake.url] }, environment)), ['ok', 'warn', 'ok']);
  });

  it('a certificate that nobody it knows has signed, and that it is right once they are known', async (t) => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
      algorithm: 'sha256',
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
    });
    const fake = await fakeMarathon(t, {}, { key, cert });
    const unknown = await find(marathon, { marathon: [fake.url] });
    assert.deepEqual(levels(unknown), ['fail']);
    assert.match(messages(unknown), /self-signed certificate/);
    assert.match(unknown[0]?.fix ?? '', /^openssl s_client -connect 127\.0\.0\.1:\d+ .*--marathon-ca-cert/);
    const ca = join(folderOf(t), 'ca.pem');
    writeFileSync(ca, cert);
    const known = await find(marathon, { marathon: [fake.url], marathonCaCert: ca });
    assert.deepEqual(levels(known), ['ok', 'ok']);
    assert.match(messages(known), /its certificate is verified/);
  });

  for (const [what, aheadMs, told] of [
    ['behind', 3_600_000, /(3599|3600|3601) s behind that of http/],
    ['ahead of', -60_000, /(60|59|61) s ahead of that of http/],
  ] as const)
    it(`a clock that is ${what} Marathon's`, async (t) => {
      const info: Answer = (response) => {
        response.sendDate = false;
        response.setHeader('date', new Date(Date.now() + aheadMs).toUTCString());
        sendJson(response, 200, INFO);
      };
      const found = await find(clock, { marathon: [(await fakeMarathon(t, { info })).url] });
      assert.deepEqual(levels(found), ['warn']);
      assert.match(messages(found), told);
      assert.match(found[0]?.fix ?? '', /timedatectl/);
    });
});
