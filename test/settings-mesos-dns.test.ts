import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { readMesosDnsConfig } from '../src/settings-mesos-dns.ts';
import { lastly } from './kit/lastly.ts';
import { tempFolder } from './kit/temp-folder.ts';

const folderOf = (t: TestContext): string => {
  const { path, remove } = tempFolder();
  lastly(t, remove);
  return path;
};

describe('--mesos-dns-config', () => {
  it('reads the file, and those that it names', (t) => {
    const folder = folderOf(t);
    writeFileSync(join(folder, 'zk'), 'zk://z:2181/mesos\n');
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ zk: `file://${join(folder, 'zk')}` }));
    const { value, path } = readMesosDnsConfig('--mesos-dns-config', join(folder, 'config.json'), {});
    assert.deepEqual([value.mesos.detection?.kind, path], ['zookeeper', join(folder, 'config.json')]);
  });

  it('finds the home of whoever starts it', (t) => {
    const folder = folderOf(t);
    mkdirSync(join(folder, 'home'));
    writeFileSync(join(folder, 'home/c.json'), '{"masters": ["a:1"]}');
    assert.equal(readMesosDnsConfig('--mesos-dns-config', '~/c.json', { HOME: join(folder, 'home') }).path, join(folder, 'home/c.json'));
  });

  it('says which file cannot be read', () =>
    assert.throws(
      () => readMesosDnsConfig('--mesos-dns-config', '/nowhere/c.json', {}),
      /--mesos-dns-config: \/nowhere\/c.json cannot be read: .*ENOENT/,
    ));
});
