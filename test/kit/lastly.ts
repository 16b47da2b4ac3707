type Work = () => unknown;

/** What has an end, as a test has. */
export interface Ending {
  after(work: () => Promise<void>): void;
}

const works = new WeakMap<Ending, Work[]>();

const undo = async (stack: readonly Work[]): Promise<void> => {
  const errors: unknown[] = [];
  for (const work of stack.toReversed()) {
    try {
      await work();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, `after the test: ${errors.map(String).join('; ')}`);
};

/**
 * Does this after the test, what was said last first, and all of it even where something fails. node:test itself begins with what was said
 * first and stops at an error: a folder would be removed before what runs in it is ended.
 */
export const lastly = (t: Ending, work: Work): void => {
  const known = works.get(t);
  if (known !== undefined) {
    known.push(work);
    return;
  }
  const stack = [work];
  works.set(t, stack);
  t.after(async () => undo(stack));
};
