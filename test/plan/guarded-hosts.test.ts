import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { Assembly } from '../../src/desired/assembly.ts';
import { buildApp } from '../../src/desired/build-app.ts';
import { noChange } from '../../src/desired/change.ts';
import { fingerprint } from '../../src/plan/fingerprint.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { anEntry, aPort, assemblyOf, aTask, haproxy26, haproxy34, labels, someOptions } from '../kit/builders.ts';
import { Simulator } from '../kit/simulator.ts';

const OPTIONS = { appFiles: ['/apps'], certificates: 'list', groupHttpsByVhost: true, bindServicePorts: false } as const;

const ALL = someOptions(OPTIONS);

/** What becomes of an app: it is there, on a host, for those who show a certificate of an authority, or for all; or it is gone. */
interface Put {
  readonly id: string;
  readonly host?: string;
  readonly path: string;
  readonly authority?: string;
}

type Move = Put | 'reload';

const put: fc.Arbitrary<Put> = fc.record(
  {
    id: fc.constantFrom('/one', '/two', '/three'),
    host: fc.constantFrom('a.example', 'b.example', '*.example'),
    path: fc.constantFrom('/', '/cart'),
    authority: fc.constantFrom('one', 'other'),
  },
  { requiredKeys: ['id', 'path'] },
);

const move: fc.Arbitrary<Move> = fc.oneof({ weight: 4, arbitrary: put }, { weight: 1, arbitrary: fc.constant('reload' as const) });

const PORTS: Readonly<Record<string, number>> = { '/one': 10001, '/two': 10002, '/three': 10003 };

const build = ({ id, host, path, authority }: Put) => {
  if (host === undefined) return undefined;
  const bind = authority === undefined ? {} : { HAPROXY_0_BIND_OPTIONS: `ca-file /apps/${authority}.pem verify required` };
  const app = {
    id,
    ports: [aPort({ servicePort: PORTS[id] ?? 0 })],
    ...labels({ HAPROXY_0_VHOST: host, HAPROXY_0_PATH: path, ...bind }),
  };
  return buildApp(anEntry(app, [aTask({ id: `${id.slice(1)}.1` })]), new Map(), ALL);
};

/** Whom each host lets in: what it asks for. '' = everybody. */
const askedBy = ({ hosts }: Assembly): ReadonlyMap<string, string> => new Map([...hosts].map(([host, { options }]) => [host, options]));

const planFor = (worker: Simulator, { desired }: Assembly, capabilities: typeof haproxy26): Plan =>
  makePlan(worker.observe('all'), desired, fingerprint(desired), capabilities);

const routesOf = (worker: Simulator): ReadonlyMap<string, string> => worker.observe('all').maps.get('routes') ?? new Map();

it('gives a worker no route of a host that it does not ask as the host wants it, whatever comes in whatever order', () => {
  for (const capabilities of [haproxy26, haproxy34])
    fc.assert(
      fc.property(fc.array(move, { minLength: 2, maxLength: 12 }), (moves) => {
        const assembly = assemblyOf([], OPTIONS);
        const worker = new Simulator(capabilities);
        worker.reload(assembly.desired);
        let asks = askedBy(assembly);
        for (const next of moves) {
          if (next === 'reload') {
            worker.reload(assembly.desired);
            asks = askedBy(assembly);
            continue;
          }
          assembly.put(next.id, build(next), noChange());
          const before = routesOf(worker);
          const plan = planFor(worker, assembly, capabilities);
          if (plan.kind !== 'noop') worker.apply(plan.steps);
          for (const [route, backend] of routesOf(worker)) {
            const host = route.slice(0, route.indexOf('/'));
            const wanted = askedBy(assembly).get(host) ?? '';
            if (before.get(route) === backend || wanted === '') continue;
            assert.equal(asks.get(host), wanted, `${route} leads to ${backend}`);
          }
        }
        worker.reload(assembly.desired);
        assert.equal(planFor(worker, assembly, capabilities).kind, 'noop');
      }),
      { numRuns: 200 },
    );
});
