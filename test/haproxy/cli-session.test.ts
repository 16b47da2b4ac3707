import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { CliSession } from '../../src/haproxy/cli-session.ts';
import { freePorts } from '../kit/free-ports.ts';
import { configFiles, eachHaproxy, open, runFolder, type HaproxyUnderTest } from '../kit/haproxy.ts';

const session = async (t: TestContext, which: HaproxyUnderTest): Promise<CliSession> => {
  const { haproxy, runDir } = await open(t, which);
  const [port = 0] = await freePorts(1);
  await haproxy.deploy(configFiles({ runDir, port }), { fingerprint: 'a1', binds: [] });
  const opened = await CliSession.open(join(runDir, 'admin.sock'), 10_000);
  t.after(() => opened.close());
  return opened;
};

eachHaproxy('a session', (which) => {
  it('answers come in the order of the commands, the empty and the unknown too', async (t) => {
    const cli = await session(t, which);
    const [shown, added, value, unknown, none] = await cli.ask(
      [
        'show map maps/routes.map',
        'add map maps/routes.map /x a',
        'get map maps/routes.map /x',
        'frobnicate',
        'del map maps/routes.map /x',
      ],
      10_000,
    );
    assert.equal(shown?.trim(), '');
    assert.equal(added?.trim(), '');
    assert.match(value ?? '', /key="\/x", value="a"/);
    assert.match(unknown ?? '', /^Unknown command/);
    assert.equal(none?.trim(), '');
  });

  it('ten thousand commands, and questions from two sides', async (t) => {
    const cli = await session(t, which);
    const numbers = Array.from({ length: 10_000 }, (_, index) => index);
    const [added, asked] = await Promise.all([
      cli.ask(
        numbers.map((number) => `add map maps/routes.map /${number} a`),
        30_000,
      ),
      cli.ask(
        numbers.slice(0, 100).map(() => 'show version'),
        30_000,
      ),
    ]);
    assert.ok(added.every((answer) => answer.trim() === ''));
    assert.ok(asked.every((answer) => answer.startsWith(which.version)));
    const [all = ''] = await cli.ask(['show map maps/routes.map'], 30_000);
    assert.equal(all.trim().split('\n').length, numbers.length);
  });

  it('a command that is too long for HAProxy is not sent, and the session lives', async (t) => {
    const cli = await session(t, which);
    await assert.rejects(cli.ask([`add map maps/routes.map /${'x'.repeat(13_000)} a`], 10_000), { code: 'HAPROXY_SOCKET' });
    assert.equal((await cli.ask(['show version'], 10_000)).length, 1);
  });

  it('what waits for an answer fails when the session is closed, and what comes after', async (t) => {
    const cli = await session(t, which);
    const waiting = cli.ask(['show info', 'show info'], 10_000);
    cli.close();
    await assert.rejects(waiting, { code: 'HAPROXY_SOCKET' });
    await assert.rejects(cli.ask(['show info'], 10_000), { code: 'HAPROXY_SOCKET' });
    assert.equal(cli.isOpen, false);
  });
});

const fake = async (t: TestContext, answer: string): Promise<string> => {
  const path = join(runFolder(t), 's.sock');
  const server: Server = createServer((socket) => socket.once('data', () => socket.write(answer)));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.after(() => server.close());
  return path;
};

it('a session: nobody listens', async (t) => {
  await assert.rejects(CliSession.open(join(runFolder(t), 'none.sock'), 1000), { code: 'HAPROXY_SOCKET' });
});

it('a session: who takes the call and says nothing is given up', async (t) => {
  await assert.rejects(CliSession.open(await fake(t, ''), 50), { code: 'HAPROXY_SOCKET' });
  const cli = await CliSession.open(await fake(t, '\n> '), 1000);
  await assert.rejects(cli.ask(['show info'], 50), { code: 'HAPROXY_SOCKET' });
});
