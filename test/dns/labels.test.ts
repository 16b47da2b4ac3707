import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { canonicalLabel, canonicalSuffix } from '../../src/dns/canonical.ts';
import { type LabelRule, toDcosLabel, toFragment, toLabel } from '../../src/dns/labels.ts';

const LONG = 'fd%gsf---gs7-f$gs--d7fddg123456789012345678901234567890123456789-123';

/** undefined: not told. */
const LABELS: readonly (readonly [text: string, rfc952: string | undefined, rfc1123: string])[] = [
  ['4abc123', 'abc123', '4abc123'],
  ['-4abc123', 'abc123', '4abc123'],
  ['fd%gsf---gs7-f$gs--d7fddg-123', 'fdgsf---gs7-fgs--d7fddg1', 'fdgsf---gs7-fgs--d7fddg-123'],
  ['89fdgsf---gs7-fgs--d7fddg-123', 'fdgsf---gs7-fgs--d7fddg1', '89fdgsf---gs7-fgs--d7fddg-123'],
  ['89fdgsf---gs7-fgs--d7fddg---123', 'fdgsf---gs7-fgs--d7fddg1', '89fdgsf---gs7-fgs--d7fddg---123'],
  ['89fdgsf---gs7-fgs--d7fddg-', 'fdgsf---gs7-fgs--d7fddg', '89fdgsf---gs7-fgs--d7fddg'],
  ['chronos with a space AND MIXED CASE-2.0.1', 'chronoswithaspaceandmixe', 'chronoswithaspaceandmixedcase-2-0-1'],
  [`hello${'-'.repeat(56)}f`, 'hellof', `hello${'-'.repeat(56)}f`],
  [`hello${'-'.repeat(58)}f`, 'hellof', 'hellof'],
  [LONG, undefined, 'fdgsf---gs7-fgs--d7fddg1234567890123456789012345678901234567891'],
  ['r29f.dev.angrypigs', 'r29f-dev-angrypigs', 'r29f-dev-angrypigs'],
  ['a.c.d_de.', 'a-c-d-de', 'a-c-d-de'],
  ['---a---b', 'a---b', 'a---b'],
  ['a---', 'a', 'a'],
  ['-', '', ''],
  ['', '', ''],
  ['1-2-3', '', '1-2-3'],
  ['日本語app', 'app', 'app'],
  ['日本語', '', ''],
  ['/prod/web', 'prodweb', 'prodweb'],
  // Mesos-DNS has a dash at the end here.
  [`${'a'.repeat(61)}--b-c`, undefined, `${'a'.repeat(61)}b`],
];

const FRAGMENTS: readonly (readonly [text: string, rfc952: string, rfc1123: string])[] = [
  ['pod_123$abc.marathon-0.6.0-dev.mesos', 'pod-123abc.marathon-0.dev.mesos', 'pod-123abc.marathon-0.6.0-dev.mesos'],
  ['..a..c.', 'a.c', 'a.c'],
  ['(@ host . com', 'host.com', 'host.com'],
  ['my.Frame Work', 'my.framework', 'my.framework'],
  ['...', '', ''],
];

const DCOS: readonly (readonly [text: string, label: string])[] = [
  ['/group/app', 'groupapp'],
  ['web.prod', 'web-prod'],
  ['Foo_Bar.V2', 'foo-bar-v2'],
  ['--a--', 'a'],
  ['a.b.', 'a-b'],
  ['a..b', 'a--b'],
  ['myapp.mygroup', 'myapp-mygroup'],
  ['4abc', '4abc'],
  [`${'a'.repeat(61)}--b-c`, `${'a'.repeat(61)}bc`],
  [`${'a'.repeat(63)}bc`, 'a'.repeat(63)],
  ['$%', ''],
];

const RULES: readonly LabelRule[] = ['rfc952', 'rfc1123'];
const MOST: Readonly<Record<LabelRule, number>> = { rfc952: 24, rfc1123: 63 };

/** Dashes, dots and lengths near the limits come often. */
const names = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 100 }),
  fc.array(fc.constantFrom('a', 'Z', '7', '-', '--', '.', '_', ' ', 'é', 'b'.repeat(20)), { maxLength: 90 }).map((parts) => parts.join('')),
);

describe('labels, the way of Mesos-DNS', () => {
  for (const [text, rfc952, rfc1123] of LABELS) {
    it(`RFC 1123: '${text}'`, () => assert.equal(toLabel(text, 'rfc1123'), rfc1123));
    if (rfc952 !== undefined) it(`RFC 952: '${text}'`, () => assert.equal(toLabel(text, 'rfc952'), rfc952));
  }
  for (const [text, rfc952, rfc1123] of FRAGMENTS) {
    it(`RFC 1123: framework '${text}'`, () => assert.equal(toFragment(text, 'rfc1123').join('.'), rfc1123));
    it(`RFC 952: framework '${text}'`, () => assert.equal(toFragment(text, 'rfc952').join('.'), rfc952));
  }
  for (const rule of RULES)
    it(`are letters, digits and dashes, none at an end, no longer than ${rule} has it, whatever the name`, () =>
      fc.assert(
        fc.property(names, (text) => {
          const label = toLabel(text, rule);
          assert.match(label, rule === 'rfc952' ? /^([a-z]([a-z0-9-]*[a-z0-9])?)?$/ : /^([a-z0-9]([a-z0-9-]*[a-z0-9])?)?$/);
          assert.ok(label.length <= MOST[rule]);
          assert.equal(toLabel(label, rule), label);
        }),
        { numRuns: 2000 },
      ));
});

describe("labels, the way of DC/OS's own DNS", () => {
  for (const [text, label] of DCOS) it(`'${text}'`, () => assert.equal(toDcosLabel(text), label));
  it('are letters, digits and dashes, none at an end, no longer than 63', () =>
    fc.assert(
      fc.property(names, (text) => {
        assert.match(toDcosLabel(text), /^([a-z0-9]([a-z0-9-]*[a-z0-9])?)?$/);
        assert.ok(toDcosLabel(text).length <= 63);
      }),
      { numRuns: 2000 },
    ));
});

describe('canonical names', () => {
  const SUFFIXES: readonly (readonly [agentId: string, suffix: string])[] = [
    ['ab12-S0', '-rr6oj-s0'],
    ['20140803-125133-3041283216-5050-2410-0', '-rr6oj-0'],
    ['S7', '-rr6oj-s7'],
  ];
  for (const [agentId, suffix] of SUFFIXES)
    it(`of agent '${agentId}' end in '${suffix}'`, () => assert.equal(canonicalSuffix('job.1', agentId), suffix));

  const ROWS: readonly (readonly [sentence: string, label: string, expected: string | undefined])[] = [
    ['are the label and what tells the task', 'web', 'web-rr6oj-s0'],
    ['are cut to 63 characters in the label', 'a'.repeat(63), `${'a'.repeat(54)}-rr6oj-s0`],
    ['fit exactly', 'a'.repeat(54), `${'a'.repeat(54)}-rr6oj-s0`],
    ['have no two dashes where the cut left one', `${'a'.repeat(53)}-bbb`, `${'a'.repeat(53)}-rr6oj-s0`],
  ];
  for (const [sentence, label, expected] of ROWS) it(sentence, () => assert.equal(canonicalLabel(label, '-rr6oj-s0'), expected));
  it('are none where the agent leaves no room', () => assert.equal(canonicalLabel('web', `-rr6oj-${'x'.repeat(56)}`), undefined));
});
