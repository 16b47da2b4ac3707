import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { pino } from 'pino';
import type { ModelEvent } from '../../src/model/event.ts';
import { commit, emptyModel } from '../../src/model/commit.ts';
import { reduce } from '../../src/model/reduce.ts';
import { Audit } from '../../src/belief/audit.ts';
import { anEntry } from '../kit/builders.ts';

/** A model that follows events, and an audit beside it. */
const audited = (t: TestContext) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const model = emptyModel();
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
  const audit = new Audit({ log, model: () => model });
  t.after(() => audit.close());
  const hear = (event: ModelEvent): void => {
    audit.note(event);
    commit(model, reduce(model, event));
  };
  const read = (entries: readonly ReturnType<typeof anEntry>[], isAudit: boolean): void =>
    hear({ kind: 'snapshot', entries, keep: new Set(), ...(isAudit ? { isAudit } : {}) });
  const afterMotion = (): void => t.mock.timers.tick(60_000);
  return { audit, hear, read, lines, model, afterMotion };
};

const A = anEntry({ id: '/a' });
const B = anEntry({ id: '/b' });
const B2 = anEntry({ id: '/b', instances: 7 });

test('an audit that finds all as it is counts itself alone', (t) => {
  const { audit, read, lines, afterMotion } = audited(t);
  read([A, B], false);
  read([A, B], true);
  afterMotion();
  assert.deepEqual(audit.counts, { audits: 1, auditDifferences: 0 });
  assert.deepEqual(lines, []);
});

test('what differs without an event is counted, named once, and put right', (t) => {
  const { audit, read, lines, model, afterMotion } = audited(t);
  read([A, B], false);
  read([B2], true);
  assert.deepEqual([...model.apps.keys()], ['/b']);
  afterMotion();
  assert.deepEqual(audit.counts, { audits: 1, auditDifferences: 2 });
  assert.deepEqual([lines[0]?.['differences'], lines[0]?.['apps']], [2, ['/b', '/a']]);
  read([B2], true);
  afterMotion();
  assert.deepEqual(audit.counts, { audits: 2, auditDifferences: 2 });
  assert.equal(lines.length, 1);
});

test('an app that was heard of shortly before or after is in motion', (t) => {
  const { audit, hear, read, afterMotion } = audited(t);
  read([A, B], false);
  hear({ kind: 'instance-condition', appId: '/a', instanceId: 'x', condition: 'Running' });
  read([anEntry({ id: '/a', instances: 9 }), B2], true);
  hear({ kind: 'app', entry: B2 });
  afterMotion();
  assert.deepEqual(audit.counts, { audits: 1, auditDifferences: 0 });
});

test('a read that something has asked for is no audit', (t) => {
  const { audit, read, afterMotion } = audited(t);
  read([A, B], false);
  read([A], false);
  afterMotion();
  assert.deepEqual(audit.counts, { audits: 0, auditDifferences: 0 });
});

test('a thousand differences are one line of twenty names', (t) => {
  const { read, lines, afterMotion } = audited(t);
  read([], false);
  read(
    Array.from({ length: 1000 }, (_, n) => anEntry({ id: `/${n}` })),
    true,
  );
  afterMotion();
  assert.equal(lines[0]?.['differences'], 1000);
  assert.equal((lines[0]['apps'] as readonly string[]).length, 20);
});
