import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, has, listAt, numberAt, textAt } from './json.ts';

const JSON_OF_ANY_SHAPE: unknown = { app: { id: '/a', cpus: 0.1, env: null, tasks: [{ id: 't1' }, { id: 't2' }] } };

describe('a reader of JSON of any shape', () => {
  it('finds what is there', () => {
    assert.equal(textAt(JSON_OF_ANY_SHAPE, 'app.id'), '/a');
    assert.equal(numberAt(JSON_OF_ANY_SHAPE, 'app.cpus'), 0.1);
    assert.equal(at(JSON_OF_ANY_SHAPE, 'app.env'), null);
    assert.deepEqual(listAt(JSON_OF_ANY_SHAPE, 'app.tasks').length, 2);
    assert.deepEqual([at(JSON_OF_ANY_SHAPE, 'app.tasks.0.id'), at(JSON_OF_ANY_SHAPE, 'app.tasks.-1.id')], ['t1', 't2']);
    assert.ok(has(JSON_OF_ANY_SHAPE, 'app.env') && !has(JSON_OF_ANY_SHAPE, 'app.cmd'));
  });

  for (const path of ['x', 'app.x', 'app.env.x', 'app.tasks.2', 'app.tasks.-3', 'app.tasks.length', 'app.id.length', 'app.toString'])
    it(`fails, with the path, where nothing is: ${path}`, () => {
      assert.throws(
        () => at(JSON_OF_ANY_SHAPE, path),
        ({ message }: Error) => message.startsWith(`${path} is not there in {"app"`),
      );
      assert.equal(has(JSON_OF_ANY_SHAPE, path), false);
    });

  it('fails where something is of another type, and where there is no JSON at all', () => {
    assert.throws(() => textAt(JSON_OF_ANY_SHAPE, 'app.cpus'), /app\.cpus is no text/);
    assert.throws(() => numberAt(JSON_OF_ANY_SHAPE, 'app.id'), /app\.id is no number/);
    assert.throws(() => listAt(JSON_OF_ANY_SHAPE, 'app'), /app is no list/);
    assert.throws(() => at(undefined, 'app'), /app is not there in undefined/);
  });
});
