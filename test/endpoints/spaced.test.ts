import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Spaced } from '../../src/endpoints/spaced.ts';

it('what is asked for again and again is done at once, and then once after each pause', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let done = 0;
  const spaced = new Spaced(() => (done += 1), 1000);
  for (let asked = 0; asked < 50; asked += 1) spaced.ask();
  assert.equal(done, 1);
  t.mock.timers.tick(999);
  assert.equal(done, 1);
  t.mock.timers.tick(1);
  assert.equal(done, 2);
  t.mock.timers.tick(1000);
  assert.equal(done, 2, 'nobody has asked since');
  spaced.ask();
  assert.equal(done, 3);
  spaced.ask();
  spaced.close();
  t.mock.timers.tick(5000);
  assert.equal(done, 3, 'nothing is done after its end');
});
