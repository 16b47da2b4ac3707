import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { messageOf, SluiceError } from '../kit/error.ts';
import type { ReadApp } from '../marathon/payload/entry.ts';
import { toEntries } from '../marathon/payload/list.ts';
import type { RenderedFile } from '../render/file.ts';
import { toSettings } from '../settings.ts';
import { makeFolder } from '../startup/make-folder.ts';
import { printFiles, printProblems, type Rendered, renderRead } from './rendered.ts';
import { addBuildFlags } from './run-flags.ts';

const readApps = async (path: string): Promise<readonly ReadApp[]> => {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path === '-' ? 0 : path);
  } catch (error) {
    throw new SluiceError('SETTINGS', `--apps: ${path} cannot be read: ${messageOf(error)}`, error);
  }
  try {
    return await toEntries(bytes, new AbortController().signal);
  } catch (error) {
    throw new SluiceError('SETTINGS', `--apps: ${path} is not the answer of GET /v2/apps?embed=apps.tasks: ${messageOf(error)}`, error);
  }
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
  if (flags.out === undefined) printFiles(files);
  else console.log(`${files.length} files in ${flags.out}; check them with: haproxy -c -f ${join(flags.out, 'haproxy.cfg')}`);
  printProblems(problems);
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
      const settings = toSettings(flags, process.env);
      const rendered = await renderRead(await readApps(apps), settings);
      if (out !== undefined) write(out, rendered.files);
      print(rendered, { ...(out === undefined ? {} : { out }), ...(json === undefined ? {} : { json }) });
    });
};
