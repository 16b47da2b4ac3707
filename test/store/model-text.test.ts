import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { commit, emptyModel, type OwnedModel } from '../../src/model/commit.ts';
import { reduce } from '../../src/model/reduce.ts';
import { fromBytes, toPieces } from '../../src/store/model-text.ts';
import { entry, modelEvent } from '../kit/arbitraries.ts';
import { anEntry, aTask } from '../kit/builders.ts';

const AT = '2026-01-01T00:00:00.000Z';

const bytesOf = (model: OwnedModel): Buffer => Buffer.from([...toPieces(model, AT)].join(''));

const modelOf = (...entries: readonly Parameters<typeof anEntry>[]): OwnedModel => {
  const model = emptyModel();
  for (const one of entries.map((args) => anEntry(...args))) model.apps.set(one.app.id, one);
  return model;
};

const because = (bytes: Buffer): string => {
  const understood = fromBytes(bytes);
  return understood.kind === 'model' ? 'it is understood' : understood.because;
};

/** With a checksum that is right. */
const sealed = (head: string): Buffer => Buffer.from(`${head}\n],"sha256":"${createHash('sha256').update(head).digest('hex')}"}\n`);

describe('a model as text', () => {
  it('is the same when it is read again, whatever came before: apps, tasks, addresses, and since when each wish is', () => {
    fc.assert(
      fc.property(fc.array(modelEvent, { maxLength: 30 }), (events) => {
        const model = emptyModel();
        for (const event of events) commit(model, reduce(model, event));
        const understood = fromBytes(bytesOf(model));
        assert.ok(understood.kind === 'model');
        assert.deepEqual(understood.saved, { savedAt: AT, apps: [...model.apps.values()], hosts: model.hosts });
      }),
    );
  });

  it('has pods as what they are', () => {
    const definedPorts = [{ protocol: 'tcp', name: 'http', containerPort: 80, hostPortIndex: 0 }];
    const model = modelOf([{ id: '/pod', kind: 'pod', ports: [], definedPorts }], [{ id: '/app' }]);
    const understood = fromBytes(bytesOf(model));
    assert.ok(understood.kind === 'model');
    assert.deepEqual(
      understood.saved.apps.map(({ app }) => [app.id, app.kind]),
      [
        ['/pod', 'pod'],
        ['/app', undefined],
      ],
    );
  });

  it('is read where a Sluice wrote it that knew neither agents nor containers', () => {
    const written = bytesOf(modelOf([{}, [aTask()]]));
    assert.doesNotMatch(written.toString(), /agentId|containers/);
    assert.equal(fromBytes(written).kind, 'model');
  });

  it('is the same with any text in it', () => {
    fc.assert(
      fc.property(entry, fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), fc.string(), (one, labels, state) => {
        // Marathon's reader knows no label of this name either: it is no name of an object's own.
        fc.pre(!Object.hasOwn(labels, '__proto__'));
        const tasks = new Map([['a', aTask({ id: 'a', state })]]);
        const model = emptyModel();
        model.apps.set(one.app.id, { ...one, app: { ...one.app, labels: { ...labels } }, tasks });
        const understood = fromBytes(bytesOf(model));
        assert.ok(understood.kind === 'model');
        assert.deepEqual(
          understood.saved.apps.map(({ app }) => ({ ...app.labels })),
          [{ ...labels }],
        );
        assert.deepEqual(understood.saved.apps[0]?.tasks, tasks);
      }),
    );
  });

  it('is one JSON document with one app a line, in pieces of bounded size', () => {
    const many = modelOf(...Array.from({ length: 2000 }, (_, at): Parameters<typeof anEntry> => [{ id: `/app/${at}` }]));
    const pieces = [...toPieces(many, AT)];
    assert.ok(pieces.length > 10);
    assert.ok(pieces.every((piece) => piece.length < 100_000));
    const text = pieces.join('');
    assert.equal((JSON.parse(text) as { apps: readonly unknown[] }).apps.length, 2000);
    assert.equal(text.split('\n').length, 2003);
  });
});

describe('what is not trusted', () => {
  const whole = bytesOf(modelOf([{ id: '/shop' }], [{ id: '/news' }]));

  it('a text that was cut off, anywhere', () => {
    for (let length = 0; length < whole.length; length += 7) assert.notEqual(because(whole.subarray(0, length)), 'it is understood');
  });

  it('a text with a byte that was changed, anywhere', () => {
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ change;
        assert.notEqual(because(bytes), 'it is understood');
      }),
      { numRuns: 500 },
    );
  });

  const WRONG: readonly (readonly [what: string, bytes: Buffer, because: RegExp])[] = [
    ['nothing', Buffer.alloc(0), /cannot be read/],
    ['zeros', Buffer.alloc(4096), /cannot be read/],
    ['text', Buffer.from('hello'), /cannot be read/],
    ['JSON of somebody else', Buffer.from('{"apps":[]}'), /no saved model of Sluice/],
    ['a newer version', sealed('{"format":"sluice model","version":2,"models":['), /of version 2, and this Sluice knows version 1/],
    [
      'apps of another shape',
      sealed(`{"format":"sluice model","version":1,"savedAt":"${AT}","hosts":[],"apps":[{"app":{}}`),
      /cannot be read/,
    ],
    ['a time that is none', sealed('{"format":"sluice model","version":1,"savedAt":"today","hosts":[],"apps":['), /cannot be read/],
  ];
  for (const [what, bytes, expected] of WRONG) it(what, () => assert.match(because(bytes), expected));
});
