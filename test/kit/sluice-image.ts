// node test/kit/sluice-image.ts
// Builds the image, so that the test of it finds nearly all layers there. Before that, once, as root and where apt-get can: installs what builds
// images, and makes the base. Nothing of that with SLUICE_IMAGE_TEST=off. Prints what came of it; exit code 1 where the image cannot be built.
import { cpSync, existsSync, mkdirSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { messageOf } from '../../src/kit/error.ts';
import { Containers, whyNoContainers } from './containers.ts';
import { BASE_TAR, getBaseImage } from './get-base-image.ts';
import { tempFolder } from './temp-folder.ts';

/** The image, built from the Dockerfile of this checkout on a Debian that is made here: there may be no registry to take one from. */
export interface SluiceImage {
  readonly containers: Containers;
  readonly id: string;
  readonly close: () => Promise<void>;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What takes long and does not change: layers, and what npm has fetched. May be removed at any time. */
const KEPT = fileURLToPath(new URL('../../build/container', import.meta.url));
const STORE = join(KEPT, 'store');
/** A build adds about 20. With more than this the store is begun anew. */
const MOST_LAYERS = 300;
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** Whether it was the network that failed, and not what we build. */
const isNetwork = (message: string): boolean =>
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|Could not resolve|Temporary failure (?:in name resolution|resolving)|Unable to connect|Connection (?:timed out|failed)|\bE40[134]\b/.test(
    message,
  );

/** A Debian that runs. Rejects where this is no machine for containers: there is nothing of ours in it. */
const buildBase = async (containers: Containers, folder: string): Promise<string> => {
  const tag = `localhost/debian:12-slim-${Math.round(statSync(BASE_TAR).mtimeMs)}`;
  if (!(await containers.has(tag))) {
    mkdirSync(folder);
    cpSync(BASE_TAR, join(folder, 'base.tar'));
    writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\nADD base.tar /\n');
    await containers.build(tag, folder);
  }
  await containers.do('podman', ['run', '--rm', ...containers.needed, tag, 'true']);
  return tag;
};

/** Without what tools/with-node.js put in front: npm has its settings beside the Node.js that it was installed with. */
const PATH = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.startsWith(ROOT));

const npmConfig = async (name: string): Promise<string> => {
  const { stdout } = await execa('npm', ['config', 'get', name], { cwd: '/', env: { PATH: PATH.join(delimiter) } });
  return stdout.trim();
};

/** Where npm itself is: its program is a link to '.../npm/bin/npm-cli.js'. */
const npmFolder = (): string => {
  const program = PATH.map((folder) => join(folder, 'npm')).find((path) => existsSync(path));
  if (program === undefined) throw new Error('there is no npm in PATH');
  return dirname(dirname(realpathSync(program)));
};

/** The same with this machine's npm, on the Node.js that runs the tests. */
const buildBuilder = async (containers: Containers, base: string, folder: string): Promise<string> => {
  const tag = `${base}-npm-${process.version}`;
  if (await containers.has(tag)) return tag;
  mkdirSync(folder);
  cpSync(process.execPath, join(folder, 'node'));
  cpSync(npmFolder(), join(folder, 'npm'), { recursive: true });
  writeFileSync(
    join(folder, 'Dockerfile'),
    `FROM ${base}\nCOPY node /usr/local/bin/\nCOPY npm /usr/local/lib/node_modules/npm\nRUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm\n`,
  );
  await containers.build(tag, folder);
  return tag;
};

/** npm asks in the image whom it asks on this machine, and trusts whom it trusts. */
const npmAsHere = async (folder: string): Promise<readonly string[]> => {
  const [registry, cafile] = [await npmConfig('registry'), await npmConfig('cafile')];
  const trusted = [cafile, process.env['NODE_EXTRA_CA_CERTS'] ?? '', CERTIFICATES].find((path) => existsSync(path));
  const npmrc = join(folder, 'npmrc');
  writeFileSync(npmrc, `registry=${registry}\n${trusted === undefined ? '' : `cafile=${CERTIFICATES}\n`}`);
  mkdirSync(join(KEPT, 'npm'), { recursive: true });
  const mounts = [
    `${npmrc}:/root/.npmrc:ro`,
    `${join(KEPT, 'npm')}:/root/.npm`,
    ...(trusted === undefined ? [] : [`${trusted}:${CERTIFICATES}:ro`]),
  ];
  return mounts.flatMap((mount) => ['--volume', mount]);
};

/** This machine is why there is no image. */
class NotHere extends Error {}

const build = async (containers: Containers, folder: string): Promise<string> => {
  const base = await buildBase(containers, join(folder, 'base')).catch((error: unknown) => {
    throw new NotHere(`containers do not run here: ${messageOf(error)}`);
  });
  const builder = await buildBuilder(containers, base, join(folder, 'builder'));
  const bases = ['--build-arg', `BASE=${base}`, '--build-arg', `BUILDER=${builder}`];
  try {
    return await containers.build('localhost/sluice:test', ROOT, [...bases, ...(await npmAsHere(folder))]);
  } catch (error) {
    const message = messageOf(error);
    throw isNetwork(message) ? new NotHere(`the packages of the image cannot be had: ${message.slice(-500)}`) : error;
  }
};

const layersIn = (store: string): number => (existsSync(join(store, 'overlay')) ? readdirSync(join(store, 'overlay')).length : 0);

const TOOLS = ['buildah', 'podman', 'runc', 'debootstrap'];

/** Where it cannot, the build says what is missing. */
const installTools = async (): Promise<void> => {
  if (process.getuid?.() !== 0 || (whyNoContainers() === undefined && existsSync(BASE_TAR))) return;
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const limit = { env, reject: false, timeout: 180_000 };
  await execa('apt-get', ['-qq', 'update'], limit);
  await execa('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', ...TOOLS], limit);
};

/** Builds it: a minute or two, less where only the sources have changed. A text: why that cannot be done here. Rejects where the image cannot be built. */
export const buildSluiceImage = async (): Promise<SluiceImage | string> => {
  const why = process.env['SLUICE_IMAGE_TEST'] === 'off' ? 'SLUICE_IMAGE_TEST is off' : whyNoContainers();
  if (why !== undefined) return why;
  if (!existsSync(BASE_TAR)) return 'there is no base for the image; to make it: node test/kit/get-base-image.ts';
  const { path, remove } = tempFolder();
  const containers = new Containers(join(path, 'c'), STORE);
  const close = async (): Promise<void> => {
    await containers.close();
    remove();
    if (layersIn(STORE) > MOST_LAYERS) rmSync(STORE, { recursive: true });
  };
  try {
    return { containers, id: await build(containers, path), close };
  } catch (error) {
    await close();
    if (error instanceof NotHere) return error.message;
    throw error;
  }
};

if (import.meta.main && process.env['SLUICE_IMAGE_TEST'] !== 'off') {
  await installTools();
  if (whyNoContainers() === undefined) await getBaseImage().catch((error: unknown) => console.log(`no base image: ${messageOf(error)}`));
  const built = await buildSluiceImage();
  console.log(typeof built === 'string' ? `no image: ${built}` : `the image is built: ${built.id}`);
  if (typeof built !== 'string') await built.close();
}
