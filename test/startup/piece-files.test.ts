import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { toSettings } from '../../src/settings.ts';
import { overridesOf } from '../../src/startup/piece-files.ts';
import { type Ending, lastly } from '../kit/lastly.ts';
import { tempFolder } from '../kit/temp-folder.ts';

const folderWith = (t: Ending, files: Readonly<Record<string, string>>): string => {
  const { path, remove } = tempFolder();
  lastly(t, remove);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
};

const overridden = (flags: object, environment: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(overridesOf(toSettings({ group: ['x'], ...flags }, environment)));

it("Marathon-LB's templates are taken from the environment, the folder of the flag, and what was fetched for the task", (t) => {
  const sandbox = folderWith(t, {});
  mkdirSync(join(sandbox, 'templates'));
  for (const name of ['HAPROXY_HEAD', 'HAPROXY_BACKEND_HEAD', 'HAPROXY_FRONTEND_HEAD', 'HAPROXY_NO_SUCH_THING', 'error.http'])
    writeFileSync(join(sandbox, 'templates', name), 'of sandbox');
  const templatesDir = folderWith(t, { HAPROXY_FRONTEND_HEAD: '', HAPROXY_BACKEND_HEAD: 'of flag' });
  const environment = { MESOS_SANDBOX: sandbox, HAPROXY_BACKEND_HEAD: 'of environment\\n', HAPROXY_HEAD: '', HAPROXY_SSL_CERT: 'secret' };
  assert.deepEqual(overridden({ templatesDir }, environment), {
    HEAD: { text: 'of sandbox', from: 'file' },
    BACKEND_HEAD: { text: 'of environment\n', from: 'environment' },
    FRONTEND_HEAD: { text: '', from: 'file' },
  });
});

it('without any nothing is replaced', () => {
  assert.deepEqual(overridden({}, {}), {});
  assert.deepEqual(overridden({}, { MESOS_SANDBOX: '/nowhere' }), {});
});

it('one that cannot be read is an error that names it', (t) => {
  const templatesDir = folderWith(t, {});
  mkdirSync(join(templatesDir, 'HAPROXY_HEAD'));
  assert.throws(() => overridden({ templatesDir }, {}), { code: 'SETTINGS', message: /^the template \S+HAPROXY_HEAD cannot be read: / });
});

it('none is longer than any that makes sense', (t) => {
  const templatesDir = folderWith(t, { HAPROXY_HEAD: 'x'.repeat(1_000_001) });
  assert.throws(() => overridden({ templatesDir }, {}), { code: 'SETTINGS', message: /it has 1000001 bytes, more than 1000000/ });
});
