import { resolve } from 'node:path';
import type { Command } from 'commander';
import { CHECKS } from '../doctor/checks.ts';
import type { Level } from '../doctor/check.ts';
import { type Found, runChecks } from '../doctor/run-checks.ts';
import { toSettings } from '../settings.ts';
import { EXIT, ExitError } from './exit-codes.ts';
import { addLegacyFlags } from './legacy-flags.ts';
import { print, printJson } from './printable.ts';
import { addRunFlags } from './run-flags.ts';
import { table } from './table.ts';

/** Longer than HAProxy's and Marathon's own limits, so that what these say is told. */
const LIMIT_MS = 30_000;

const WORDS: Readonly<Record<Level, string>> = { ok: 'ok', warn: 'warn', fail: 'FAIL' };

const describe = (found: readonly Found[]): readonly string[] => {
  const rows = found.flatMap(({ level, check, message, fix }) => [
    [WORDS[level], check, message],
    ...(fix === undefined ? [] : [['', '', `fix: ${fix}`]]),
  ]);
  const count = (wanted: Level): number => found.filter(({ level }) => level === wanted).length;
  return [...table(rows), `${count('ok')} ok, ${count('warn')} to look at, ${count('fail')} failed`];
};

const HELP = `
Give it the flags of run. --group may be left out. Nothing is changed.

Examples:
  sluice doctor --marathon http://marathon.example.com:8080
  sluice doctor --marathon https://marathon.example.com:8443 --ssl-certs /etc/ssl/site.pem --json

Exit codes: 0 nothing keeps Sluice from working (there may be warnings), 1 something does, 2 the command line is wrong`;

export const addDoctor = (program: Command): void => {
  addLegacyFlags(addRunFlags(program.command('doctor')))
    .description('what on this host would keep Sluice from working, and what to do about it')
    .option('--json', 'print { checks: [{ check, level, message, fix }] }')
    .addHelpText('after', HELP)
    .action(async ({ json, group, ...flags }: { json?: boolean; group?: readonly string[] }) => {
      const given = toSettings({ ...flags, group: group ?? ['*'] }, process.env);
      const settings = { ...given, runDir: resolve(given.runDir), stateDir: resolve(given.stateDir) };
      const found = await runChecks(CHECKS, settings, LIMIT_MS);
      if (json === true) printJson({ checks: found });
      else print(describe(found));
      if (found.some(({ level }) => level === 'fail')) throw new ExitError(EXIT.failed, '');
    });
};
