import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Progress } from '../../src/cli/progress.ts';

/** What is written to a terminal of 30 columns, or to a file. */
const written = (isTTY: boolean, tell: (progress: Progress) => void): string => {
  const texts: string[] = [];
  const out = { isTTY, columns: 30, write: (text: string) => texts.push(text) };
  tell(new Progress(out as unknown as NodeJS.WriteStream));
  return texts.join('');
};

const story = (progress: Progress): void => {
  progress.say('creates /a');
  progress.still('one');
  progress.still('one');
  progress.still('two, which is longer than the line');
  progress.ask('kills? ');
  progress.still('three\n\u001B[2J');
  progress.end();
};

describe('progress', () => {
  it('is lines where it goes to a file, each of them once', () => {
    assert.equal(
      written(false, story),
      'creates /a\nwaits: one\nwaits: two, which is longer than the line\nkills? waits: three\\u000a\\u001b[2J\n',
    );
  });

  it('shows in a terminal in one line what is waited for, and takes it away', () => {
    const clear = '\r\u001B[K';
    assert.equal(
      written(true, story),
      `creates /a\n${clear}waits: one${clear}waits: two, which is longer t${clear}kills? ${clear}waits: three\\u000a\\u001b[2J${clear}`,
    );
  });
});
