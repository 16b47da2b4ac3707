import type { TestContext } from 'node:test';

type End = () => unknown;

const ends = new WeakMap<TestContext, End[]>();

/** Each is tried, whatever the others do; the first error is the test's. */
const endAll = async (all: readonly End[]): Promise<void> => {
  const errors: unknown[] = [];
  for (const end of all.toReversed()) {
    try {
      await end();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
};

/** Done after the test, however it ends; last begun, first ended: clients go before what they talk to. (`t.after` has the opposite order.) */
export const atEnd = (t: TestContext, end: End): void => {
  const known = ends.get(t);
  if (known !== undefined) {
    known.push(end);
    return;
  }
  const all = [end];
  ends.set(t, all);
  t.after(async () => endAll(all));
};
