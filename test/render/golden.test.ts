import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { BuildOptions } from '../../src/desired/options.ts';
import { PORT_LABELS } from '../../src/labels/catalogue.ts';
import { toEntry } from '../../src/marathon/payload/entry.ts';
import { toPodEntry } from '../../src/marathon/payload/pod-entry.ts';
import { Picture } from '../../src/picture/picture.ts';
import { certificatesFor } from '../../src/startup/certificate.ts';
import { PIECE_NAMES, pieceOf } from '../../src/pieces/catalogue.ts';
import { Renderer } from '../../src/render/renderer.ts';
import { someGlobals, someOptions } from '../kit/builders.ts';
import { ownTemplates } from '../kit/own-templates.ts';
import { HAPROXY, LISTENER_SUFFIX } from '../kit/rendered-haproxy.ts';
import { tempFolder } from '../kit/temp-folder.ts';

/**
 * A folder of test/golden/: `apps.json` is an answer of GET /v2/apps?embed=apps.tasks, `pods.json` one of GET /v2/pods/::status, `options.json` what the operator chose besides the defaults,
 * and addresses of agents; the other files are what comes of it. UPDATE_GOLDEN=1 writes them anew: read the difference before it is committed.
 */
const GOLDEN = fileURLToPath(new URL('../golden', import.meta.url));
const UPDATE = process.env.UPDATE_GOLDEN === '1';
const CASES = readdirSync(GOLDEN).sort();

interface Chosen extends Partial<BuildOptions> {
  readonly hosts?: Readonly<Record<string, string>>;
}

const json = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

/** Path in the folder -> text. */
const made = (folder: string, listenerSuffix = ''): ReadonlyMap<string, string> => {
  const { apps } = json(join(folder, 'apps.json')) as { readonly apps: readonly unknown[] };
  const chosen = existsSync(join(folder, 'options.json')) ? (json(join(folder, 'options.json')) as Chosen) : {};
  const { hosts = {}, ...changes } = chosen;
  const options = someOptions({ ...changes, listenerSuffix });
  const picture = new Picture(options, someGlobals());
  const pods = existsSync(join(folder, 'pods.json')) ? (json(join(folder, 'pods.json')) as readonly unknown[]) : [];
  const read = [...apps.map(toEntry), ...pods.map(toPodEntry)];
  for (const [host, address] of Object.entries(hosts)) picture.take({ kind: 'host-address', host, address });
  picture.take({ kind: 'snapshot', entries: read.flatMap(({ value }) => value ?? []), keep: new Set() });
  const problems = [...read.flatMap(({ problems: wrong }) => wrong), ...picture.problems()];
  const files = new Renderer(ownTemplates).render(picture.desired, picture.fingerprint);
  return new Map([
    ...files.map(({ path, bytes }): [string, string] => [path, bytes.toString()]),
    ['problems.json', `${JSON.stringify(problems, null, 2)}\n`],
  ]);
};

const write = (folder: string, files: ReadonlyMap<string, string>): void => {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
};

const scratch = (t: TestContext): string => {
  const { path, remove } = tempFolder();
  t.after(remove);
  return path;
};

const folderOf = (label: string): string => label.toLowerCase().replaceAll('_', '-');

describe('golden', () => {
  let certificate = '';
  const folder = tempFolder();
  before(async () => {
    [certificate = ''] = await certificatesFor([], folder.path);
  });
  after(folder.remove);

  for (const name of CASES) {
    it(`${name}: what comes of it is what was agreed`, () => {
      const files = made(join(GOLDEN, name));
      if (UPDATE) write(join(GOLDEN, name), files);
      for (const [path, text] of files) assert.equal(text, readFileSync(join(GOLDEN, name, path), 'utf8'), path);
    });

    it(`${name}: HAProxy takes it without a warning`, (t) => {
      const folderOfCase = scratch(t);
      const files = new Map(
        [...made(join(GOLDEN, name), LISTENER_SUFFIX)].map(([path, text]) => [
          path,
          text.replaceAll('/etc/ssl/cert.pem', certificate).replaceAll('/run/sluice', folderOfCase),
        ]),
      );
      write(folderOfCase, new Map([...files, ['servers.state', '1\n']]));
      const { status, stdout, stderr } = spawnSync(HAPROXY, ['-c', '-dW', '-f', join(folderOfCase, 'haproxy.cfg')], { encoding: 'utf8' });
      assert.equal(status, 0, stdout + stderr);
    });
  }

  for (const { name } of Object.values(PORT_LABELS))
    it(`the label ${name} has its folder`, () => assert.ok(CASES.includes(folderOf(name))));

  for (const name of PIECE_NAMES.filter((piece) => pieceOf(piece).label === 'read'))
    it(`the text ${name} has its folder`, () => assert.ok(CASES.includes(`text-${folderOf(name)}`)));
});
