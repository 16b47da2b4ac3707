import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Command, type Option } from 'commander';
import { ROUTES } from '../../src/api/routes.ts';
import { addOverrides } from '../../src/cli/by-hand/overrides.ts';
import { addShift } from '../../src/cli/by-hand/shift.ts';
import { addSwitch } from '../../src/cli/by-hand/switch.ts';
import { addCheck } from '../../src/cli/check.ts';
import { addMigrate } from '../../src/cli/migrate.ts';
import { addLegacyFlags } from '../../src/cli/legacy-flags.ts';
import { addRollout } from '../../src/cli/rollout.ts';
import { addRun } from '../../src/cli/run.ts';
import { addTargetFlags } from '../../src/cli/target-flags.ts';
import { addZdd } from '../../src/cli/zdd.ts';
import { CHECKS } from '../../src/doctor/checks.ts';
import { GATE_EXAMPLES } from '../../src/rollout/gate-text.ts';
import { DEFAULT_OPTIONS } from '../../src/rollout/options.ts';

const text = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** Rows of all tables: their cells. */
const rowsOf = (markdown: string): readonly (readonly string[])[] =>
  markdown
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').slice(1, -1));

/** The row whose first cell names this flag, and not only one that begins like it. */
const rowOfFlag = (rows: readonly (readonly string[])[], flag: string): string | undefined =>
  rows.find(([first = '']) => new RegExp(`${flag}(?![a-z-])`).test(first))?.join('|');

const optionsOf = (add: (command: Command) => Command): readonly Option[] => add(new Command()).options;

test('each flag of run, status, plan and explain has a row in docs/cli.md, with the environment variable that stands for it', () => {
  const rows = rowsOf(text('docs/cli.md'));
  const program = new Command();
  addRun(program);
  const ofRun = (program.commands[0]?.options ?? []).filter(({ hidden }) => !hidden);
  const options = [...ofRun, ...optionsOf(addTargetFlags)];
  assert.ok(options.length > 30);
  for (const { long, envVar } of options) {
    const row = rowOfFlag(rows, long ?? '');
    assert.ok(row !== undefined, `${long ?? ''} has no row`);
    if (envVar !== undefined) assert.ok(row.includes(`\`${envVar}\``), `the row of ${long ?? ''} does not name ${envVar}`);
  }
});

test('each verb has a row in docs/cli.md, and each flag of Marathon-LB that has no effect is named', () => {
  const docs = text('docs/cli.md');
  const verbs = rowsOf(docs).map(([first = '']) => first.trim());
  for (const verb of [
    'run',
    'sse',
    'poll',
    'demo',
    'stand-in',
    'render',
    'check',
    'migrate',
    'doctor',
    'plan',
    'status',
    'confirm',
    'zdd',
    'zone',
  ])
    assert.ok(verbs.includes(`\`${verb}\``), `${verb} has no row`);
  for (const verb of ['explain', 'dig', 'shift', 'switch', 'weight', 'drain', 'maintenance'])
    assert.ok(
      verbs.some((first) => first.startsWith(`\`${verb} `)),
      `${verb} has no row`,
    );
  for (const { long } of optionsOf(addLegacyFlags)) assert.ok(docs.includes(`\`${long ?? ''}\``), `${long ?? ''} is not named`);
});

test('each flag of check and of migrate and each check of doctor has a row in docs/cli.md', () => {
  const rows = rowsOf(text('docs/cli.md'));
  const program = new Command();
  addCheck(program);
  addMigrate(program);
  const own = program.commands.flatMap(({ options }) => options.map(({ long }) => long ?? ''));
  assert.ok(own.includes('--apps') && own.includes('--against') && own.includes('--templates'));
  for (const flag of own) assert.ok(rowOfFlag(rows, flag) !== undefined, `${flag} has no row`);
  const firsts = rows.map(([first = '']) => first.trim());
  for (const { name } of CHECKS) assert.ok(firsts.includes(`\`${name}\``), `${name} has no row`);
});

test('each flag of the verbs that decide something by hand has a row in docs/cli.md', () => {
  const rows = rowsOf(text('docs/cli.md'));
  const program = new Command();
  addShift(program);
  addSwitch(program);
  addOverrides(program);
  const flags = program.commands.flatMap(({ options }) => options.map(({ long }) => long ?? ''));
  assert.ok(flags.includes('--clear') && flags.includes('--to') && flags.includes('--undo'));
  for (const flag of flags) assert.ok(rowOfFlag(rows, flag) !== undefined, `${flag} has no row`);
});

test('each flag of zdd is in docs/cli.md, in its own table or as one that has no effect', () => {
  const own = text('docs/cli.md').split('\n## zdd\n')[1] ?? '';
  const program = new Command();
  addZdd(program);
  const options = program.commands.flatMap((command) => command.options);
  assert.ok(options.length > 15);
  for (const { long } of options) assert.match(own, new RegExp(`${long ?? ''}(?![a-z-])`));
});

test('each verb and each flag of rollout, and each kind of gate, has a row in docs/cli.md', () => {
  const rows = rowsOf(text('docs/cli.md'));
  const program = new Command();
  addRollout(program);
  const verbs = program.commands[0]?.commands ?? [];
  assert.ok(verbs.length >= 9);
  const firsts = rows.map(([first = '']) => first.trim());
  for (const verb of verbs)
    assert.ok(firsts.includes(['`rollout', verb.name(), ...verb.registeredArguments.map(() => 'GROUP')].join(' ') + '`'), verb.name());
  for (const flag of verbs.flatMap(({ options }) => options.map(({ long }) => long ?? '')))
    assert.ok(rowOfFlag(rows, flag) !== undefined, `${flag} has no row`);
  for (const gate of GATE_EXAMPLES)
    assert.ok(
      firsts.some((first) => first.includes(`\`${gate}\``)),
      `${gate} has no row`,
    );
});

test('defaults of a rollout are in docs/cli.md as Sluice has them', () => {
  const rows = rowsOf((text('docs/cli.md').split('\n## rollout\n')[1] ?? '').split('\n## ')[0] ?? '');
  const { steps, holdSeconds, keepSeconds, healthyWithinSeconds, drainSeconds, surge, atDrainLimit, splitBy } = DEFAULT_OPTIONS;
  const told = (flag: string): string => (rows.find(([first = '']) => first.includes(`\`${flag} `))?.[1] ?? '').trim();
  const seconds = (flag: string): number => {
    const [, number, unit = 's'] = /^(\d+)([smh])?$/.exec(told(flag)) ?? [];
    return Number(number) * { s: 1, m: 60, h: 3600 }[unit as 's' | 'm' | 'h'];
  };
  const inDocs = ['--hold', '--keep', '--healthy-within', '--drain-limit'].map(seconds);
  assert.deepEqual(inDocs, [holdSeconds, keepSeconds, healthyWithinSeconds, drainSeconds]);
  assert.equal(told('--steps'), steps.join(','));
  const words = ['--surge', '--at-drain-limit', '--split-by'].map(told);
  assert.deepEqual(
    words,
    [surge, atDrainLimit, splitBy].map((word) => `\`${word}\``),
  );
});

test('each endpoint of the API has a row in docs/api.md, with what it takes', () => {
  const rows = rowsOf(text('docs/api.md'));
  assert.ok(ROUTES.length >= 8);
  for (const { method, path, role } of ROUTES) {
    const name = `${method} ${path.replace('*', 'ID')}`;
    const row = rows.find(([first = '']) => first.trim() === `\`${name}\``);
    assert.equal(row?.[1]?.trim(), role, name);
  }
});
