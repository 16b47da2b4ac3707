import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { findBinary } from '../haproxy/binary.ts';
import { askCapabilities } from '../haproxy/capabilities.ts';
import { messageOf, SluiceError } from '../kit/error.ts';
import type { Problem } from '../kit/problem.ts';
import { toEntries } from '../marathon/payload/list.ts';
import type { AppEntry } from '../model/model.ts';
import { Picture } from '../picture/picture.ts';
import type { RenderedFile } from '../render/file.ts';
import { Renderer } from '../render/renderer.ts';
import { compileTemplates } from '../render/templates.ts';
import { type Settings, toSettings } from '../settings.ts';
import { certificatesFor } from '../startup/certificate.ts';
import { buildOptions, globalsOf } from '../startup/from-settings.ts';
import { makeFolder } from '../startup/make-folder.ts';
import { loadTemplates } from '../startup/template-files.ts';
import { printable } from './printable.ts';
import { problemLine } from './problem-line.ts';
import { addBuildFlags } from './run-flags.ts';

interface Rendered {
  readonly files: readonly RenderedFile[];
  readonly problems: readonly Problem[];
}

const readApps = async (path: string): Promise<{ readonly entries: readonly AppEntry[]; readonly problems: readonly Problem[] }> => {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path === '-' ? 0 : path);
  } catch (error) {
    throw new SluiceError('SETTINGS', `--apps: ${path} cannot be read: ${messageOf(error)}`, error);
  }
  try {
    const read = await toEntries(bytes, new AbortController().signal);
    return {
      entries: read.flatMap(({ value }) => (value === undefined ? [] : [value])),
      problems: read.flatMap(({ problems }) => problems),
    };
  } catch (error) {
    throw new SluiceError('SETTINGS', `--apps: ${path} is not the answer of GET /v2/apps?embed=apps.tasks: ${messageOf(error)}`, error);
  }
};

const renderApps = async (path: string, settings: Settings): Promise<Rendered> => {
  const { entries, problems } = await readApps(path);
  const capabilities = await askCapabilities(await findBinary(settings.haproxy));
  const templates = compileTemplates(loadTemplates(settings.templatesDir));
  const certificates = settings.bindHttpHttps ? await certificatesFor(settings.certificates, settings.stateDir) : [];
  const picture = new Picture(
    buildOptions(
      settings,
      certificates.map((file) => resolve(file)),
      capabilities,
    ),
    globalsOf(settings, templates.digest),
  );
  picture.take({ kind: 'snapshot', entries, keep: new Set() });
  return { files: new Renderer(templates).render(picture.desired, picture.fingerprint), problems: [...problems, ...picture.problems()] };
};

const write = (folder: string, files: readonly RenderedFile[]): void => {
  for (const { path, bytes } of files) {
    const target = join(folder, path);
    try {
      makeFolder(dirname(resolve(target)));
      writeFileSync(target, bytes);
    } catch (error) {
      throw new SluiceError('FILES', `--out: ${target} cannot be written: ${messageOf(error)}`, error);
    }
  }
};

const print = ({ files, problems }: Rendered, flags: { readonly out?: string; readonly json?: boolean }): void => {
  if (flags.json === true) {
    const texts = Object.fromEntries(files.map(({ path, bytes }) => [path, bytes.toString()]));
    console.log(
      JSON.stringify({ ...(flags.out === undefined ? { files: texts } : { files: Object.keys(texts), out: flags.out }), problems }),
    );
    return;
  }
  if (flags.out === undefined)
    for (const { path, bytes } of files) process.stdout.write(path === 'haproxy.cfg' ? bytes : `\n# ${path}\n${bytes.toString()}`);
  else console.log(`${files.length} files in ${flags.out}; check them with: haproxy -c -f ${join(flags.out, 'haproxy.cfg')}`);
  for (const problem of problems) console.error(printable([`sluice: ${problemLine(problem)}`]));
};

export const addRender = (program: Command): void => {
  addBuildFlags(program.command('render'))
    .description('configuration and maps from a saved list of apps; no daemon, and no HAProxy is touched')
    .requiredOption('--apps <file>', "answer of GET /v2/apps?embed=apps.tasks; '-' reads standard input")
    .option('--out <folder>', 'write the files there; without it they are printed')
    .option('--json', 'print files and problems as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  curl -s http://marathon:8080/v2/apps?embed=apps.tasks > apps.json\n  sluice render --apps apps.json --group external --out rendered\n\nExit codes: 0 rendered (problems of single apps are told on stderr), 1 it could not be, 2 the command line or the file is wrong',
    )
    .action(async ({ apps, out, json, ...flags }: { apps: string; out?: string; json?: boolean }) => {
      const rendered = await renderApps(apps, toSettings(flags));
      if (out !== undefined) write(out, rendered.files);
      print(rendered, { ...(out === undefined ? {} : { out }), ...(json === undefined ? {} : { json }) });
    });
};
