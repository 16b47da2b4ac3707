import { existsSync } from 'node:fs';
import type { Globals } from '../desired/desired.ts';
import type { BuildOptions } from '../desired/options.ts';
import type { Picture } from '../picture/picture.ts';
import { certificatesFor } from '../startup/certificate.ts';

const filesOf = ({ desired }: Picture): ReadonlySet<string> =>
  new Set([...desired.frontends.values()].flatMap(({ binds }) => binds.flatMap(({ files = [] }) => files)));

/** An error page of the operator's: the balancer has it, and this machine need not. */
const ERROR_PAGE = /^\s*errorfile\s+\d+\s+(\S+)\s*$/;

const isHere = (line: string): boolean => {
  const path = ERROR_PAGE.exec(line)?.[1];
  return path === undefined || existsSync(path);
};

/** The same without error pages that are not here. */
export const withoutMissingPages = (globals: Globals): Globals => {
  const { head } = globals;
  if (head === undefined) return globals;
  return { ...globals, head: { ...head, defaults: head.defaults.filter(isHere), others: head.others.filter(isHere) } };
};

/**
 * Options with which HAProxy can be asked on a machine that is not the balancer's: for certificates and authorities that labels may name, and that are
 * not here, stands a self-signed one. It is made in the folder.
 */
export const withStandIns = async (options: BuildOptions, picture: Picture, folder: string): Promise<BuildOptions> => {
  const { certificates: given } = options;
  const certificates = given !== 'list' && given.every((path) => existsSync(path)) ? given : [];
  const missing = new Set([...filesOf(picture)].filter((path) => !existsSync(path)));
  if (missing.size === 0) return { ...options, certificates };
  const [standIn = ''] = await certificatesFor([], folder);
  const moved = [...(options.movedFiles ?? [])].map(([name, path]) => [name, missing.has(path) ? standIn : path] as const);
  return {
    ...options,
    certificates,
    appFiles: [...(options.appFiles ?? []), standIn],
    movedFiles: new Map([...[...missing].map((path) => [path, standIn] as const), ...moved]),
  };
};
