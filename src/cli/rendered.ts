import { resolve } from 'node:path';
import { findBinary } from '../haproxy/binary.ts';
import { askCapabilities } from '../haproxy/capabilities.ts';
import type { Problem } from '../kit/problem.ts';
import type { ReadApp } from '../marathon/payload/entry.ts';
import { Picture } from '../picture/picture.ts';
import type { RenderedFile } from '../render/file.ts';
import { Renderer } from '../render/renderer.ts';
import { compileTemplates } from '../render/templates.ts';
import type { Settings } from '../settings.ts';
import { certificatesFor } from '../startup/certificate.ts';
import { buildOptions, globalsOf } from '../startup/from-settings.ts';
import { loadTemplates } from '../startup/template-files.ts';
import { printable } from './printable.ts';
import { problemLine } from './problem-line.ts';

/** What HAProxy would be given, and the problems of single apps. */
export interface Rendered {
  readonly files: readonly RenderedFile[];
  readonly problems: readonly Problem[];
}

/**
 * Configuration and maps of these apps. HAProxy is only asked what it can.
 * @param addresses of agents, by name
 */
export const renderRead = async (
  read: readonly ReadApp[],
  settings: Settings,
  addresses: ReadonlyMap<string, string> = new Map(),
): Promise<Rendered> => {
  const capabilities = await askCapabilities(await findBinary(settings.haproxy));
  const templates = compileTemplates(loadTemplates(settings.templatesDir));
  const certificates = settings.bindHttpHttps
    ? await certificatesFor(settings.certificates, settings.stateDir, settings.environment.certificates)
    : [];
  const options = buildOptions(
    settings,
    certificates.map((file) => resolve(file)),
    capabilities,
  );
  const picture = new Picture(options, globalsOf(settings, templates.digest));
  for (const [host, address] of addresses) picture.take({ kind: 'host-address', host, address });
  picture.take({ kind: 'snapshot', entries: read.flatMap(({ value }) => (value === undefined ? [] : [value])), keep: new Set() });
  const files = new Renderer(templates).render(picture.desired, picture.fingerprint);
  return { files, problems: [...read.flatMap(({ problems }) => problems), ...picture.problems()] };
};

/** haproxy.cfg as it is, and the other files under a line with their name. */
export const printFiles = (files: readonly RenderedFile[]): void => {
  for (const { path, bytes } of files) process.stdout.write(path === 'haproxy.cfg' ? bytes : `\n# ${path}\n${bytes.toString()}`);
};

/** On standard error. */
export const printProblems = (problems: readonly Problem[]): void => {
  for (const problem of problems) console.error(printable([`sluice: ${problemLine(problem)}`]));
};
