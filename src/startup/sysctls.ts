import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { messageOf, SluiceError } from '../kit/error.ts';

/** A setting of the kernel: `net.core.somaxconn`, or with slashes. */
interface Sysctl {
  readonly name: string;
  readonly value: string;
}

interface SysctlOptions {
  /** What cannot be set stops nothing. */
  readonly mayFail: boolean;
  /** Of this process: who is not root can set none of them, and need not try to be told so. */
  readonly isRoot: boolean;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** Where the kernel shows them. */
  readonly folder?: string;
}

/** Whichever comes first parts the name, and the other one is a part of it: `net/ipv4/conf/eth0.1/forwarding`. */
const pathOf = (name: string): string => {
  if (/^[^.]*\//.test(name)) return name;
  return name.replaceAll(/[./]/g, (mark) => (mark === '.' ? '/' : '.'));
};

/** Undefined: it is as wanted now. */
const whyNotSet = ({ name, value }: Sysctl, folder: string): string | undefined => {
  const path = join(folder, pathOf(name));
  try {
    if (readFileSync(path, 'utf8').trim().split(/\s+/).join(' ') === value) return undefined;
    // Its file is there or it is no setting of this kernel: none is made.
    writeFileSync(path, value, { flag: 'r+' });
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
};

const wordsOf = ({ name, value }: Sysctl): string => `${name}=${value}`;

/**
 * Sets the kernel as Marathon-LB's container was told to. What is so already needs no right. Marathon-LB ended where it could not, and was always
 * root: so does this where it is root. Where it is not, it says what is left to do and goes on.
 * @throws SluiceError FILES
 */
export const setSysctls = (sysctls: readonly Sysctl[], { mayFail, isRoot, log, folder = '/proc/sys' }: SysctlOptions): void => {
  const failed = sysctls.flatMap((sysctl) => {
    const because = whyNotSet(sysctl, folder);
    return because === undefined ? [] : [{ sysctl, because }];
  });
  if (failed.length === 0) return;
  const command = `sysctl -w ${failed.map(({ sysctl }) => wordsOf(sysctl)).join(' ')}`;
  const what = `HAPROXY_SYSCTL_PARAMS: ${failed.map(({ sysctl, because }) => `${wordsOf(sysctl)} cannot be set: ${because}`).join('; ')}`;
  if (isRoot && !mayFail)
    throw new SluiceError('FILES', `${what}; set it on the host (${command}), or let it fail with HAPROXY_SYSCTL_NONSTRICT=1`);
  log.warn(`${what}; to have it, on the host: ${command}`);
};
