import { openSplitRig } from '../test/kit/split-rig.ts';
import type { Bench } from './kit/benchmark.ts';
import type { Report, Row } from './kit/report.ts';
import { errorInTheory, errorOf, grid, nameOf, sample } from './kit/splits.ts';

const CASES = 30;
const REQUESTS = 20_000;

/** How exactly shares are kept, in points: all of the grid by weights, and a part of it, with the worst ten, asked of HAProxy. */
export async function* run({ haproxies, ends, say }: Bench): AsyncGenerator<Report> {
  const inTheory = Math.max(...grid.map(errorInTheory));
  const splits = sample(CASES);
  for (const { binary, version } of haproxies) {
    const rig = await openSplitRig({ after: (end) => ends.add(end) }, binary, splits);
    const rows: Row[] = [];
    for (const [index, sides] of splits.entries()) {
      const measured = errorOf(sides, await rig.measure(index, REQUESTS));
      rows.push({ what: nameOf(sides), figures: { 'by weights': errorInTheory(sides), measured } });
      say(`HAProxy ${version}: ${index + 1} of ${CASES}`);
    }
    const worst = Math.max(...rows.map(({ figures }) => figures['measured'] ?? Number.NaN));
    yield {
      name: 'split-accuracy',
      haproxy: version,
      rows,
      bars: [
        { what: `worst of ${grid.length} by weights, points`, value: inTheory, atMost: 0.5 },
        { what: `worst of ${CASES} x ${REQUESTS} requests, points`, value: worst, atMost: 0.5 },
      ],
    };
    await ends.close();
  }
}
