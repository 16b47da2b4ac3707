import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { chooseRoles, type Goal } from '../../src/zdd/choose-roles.ts';
import { nextStep, type Step } from '../../src/zdd/next-step.ts';
import type { ZddOptions } from '../../src/zdd/options.ts';
import type { Balancer } from '../../src/zdd/standing.ts';
import { World, zddLabels } from './world.ts';

const OPTIONS: ZddOptions = {
  force: true,
  dryRun: false,
  stepDelayMs: 0,
  maxWaitMs: 0,
  initialInstances: 1,
  linearIncrease: 0,
  newInstances: 0,
  found: 'resume',
  hook: undefined,
};

const goal = (overrides: Partial<Goal> = {}): Goal => ({
  target: 3,
  counted: 3,
  beside: 0,
  linearIncrease: 0,
  isBack: false,
  ...overrides,
});

/** Blue with so many, and green beside it. */
const worldOf = (blue: number, green: number, target: number, beside = 0): World => {
  const world = new World();
  world.create({ id: '/nginx-blue', instances: blue, labels: zddLabels('blue', target) });
  world.create({ id: '/nginx-green', instances: green, labels: zddLabels('green', target, beside) });
  return world;
};

const balancer = (world: World, overrides: Partial<Balancer> = {}): Balancer => ({
  place: '10.0.0.9:9090',
  rows: world.rows(),
  hasOldWorkers: false,
  ...overrides,
});

interface Taken {
  readonly world: World;
  readonly wanted?: Goal;
  readonly balancers?: readonly Balancer[];
  readonly isLate?: boolean;
}

const next = ({ world, wanted = goal(), balancers = [balancer(world)], isLate = false }: Taken): Step => {
  const [fresh, old] = wanted.isBack ? ['/nginx-blue', '/nginx-green'] : ['/nginx-green', '/nginx-blue'];
  return nextStep({ fresh: world.get(fresh), old: world.get(old), balancers, isLate }, wanted);
};

/** 'wait', or what of it counts. */
const kindOf = (step: Step): string =>
  step.kind === 'move'
    ? `kill ${step.kill.length} of ${step.of}, scale to ${step.scaleTo ?? '-'}`
    : step.kind === 'wait'
      ? `wait${step.isDrain ? ' for connections' : ''}`
      : step.kind;

describe("the next step of zdd's walk", () => {
  const deploying = worldOf(3, 1, 3);
  deploying.apps.set('/nginx-green', { ...deploying.get('/nginx-green'), deployments: [{}] });
  const isDown = worldOf(3, 1, 3);
  isDown.status.set('nginx-green.0004', 'DOWN');
  const unchecked = worldOf(3, 1, 3);
  for (const { id } of [...unchecked.get('/nginx-green').tasks, ...unchecked.get('/nginx-blue').tasks.slice(1)])
    unchecked.status.set(id, 'no check');
  const busy = worldOf(3, 1, 3);
  busy.sessions.set('nginx-blue.0001', 5);
  const lastBusy = worldOf(3, 3, 3);
  lastBusy.sessions.set('nginx-blue.0002', 5);
  const blueIsDown = worldOf(3, 1, 3);
  blueIsDown.status.set('nginx-blue.0003', 'DOWN');
  const greenIsDown = worldOf(3, 1, 3);
  greenIsDown.status.set('nginx-green.0004', 'DOWN');
  greenIsDown.status.set('nginx-blue.0001', 'UP');
  const besideBusy = worldOf(3, 2, 3, 2);
  besideBusy.sessions.set('nginx-blue.0002', 5);
  const none = worldOf(0, 3, 3);

  const TABLE: readonly (readonly [what: string, taken: Taken, step: string])[] = [
    ['Marathon deploys the new app', { world: deploying }, 'wait'],
    ['one new serves, one old is drained', { world: worldOf(3, 1, 3) }, 'kill 1 of old, scale to 2'],
    ['servers without checks count as up', { world: unchecked }, 'kill 1 of old, scale to 2'],
    [
      'so many at a time',
      { world: worldOf(9, 1, 9), wanted: goal({ target: 9, counted: 9, linearIncrease: 3 }) },
      'kill 1 of old, scale to 4',
    ],
    ['as many as the old one has: all', { world: worldOf(2, 2, 3) }, 'kill 1 of old, scale to 3'],
    ['all of the old one are drained', { world: worldOf(3, 3, 3) }, 'delete'],
    ['nothing is left of the old one', { world: none }, 'delete'],
    ['the new one is down in the data plane', { world: isDown }, 'wait'],
    ['the new one is down in the data plane, however long', { world: isDown, isLate: true }, 'wait'],
    ['the new one serves in one balancer of two', { world: isDown, balancers: [balancer(worldOf(3, 1, 3)), balancer(isDown)] }, 'wait'],
    ['a drained one has connections', { world: busy }, 'wait for connections'],
    ['a drained one has connections after too long', { world: busy, isLate: true }, 'kill 1 of old, scale to 2'],
    ['one of the last has connections: they go together', { world: lastBusy }, 'wait for connections'],
    ['one of the last has connections after too long', { world: lastBusy, isLate: true }, 'delete'],
    ['an old one is down', { world: blueIsDown }, 'wait for connections'],
    ['an old one is down after too long', { world: blueIsDown, isLate: true }, 'kill 1 of old, scale to 2'],
    [
      'a worker that was replaced still serves',
      { world: worldOf(3, 1, 3), balancers: [balancer(worldOf(3, 1, 3), { hasOldWorkers: true })] },
      'wait for connections',
    ],
    ['a balancer does not know them', { world: worldOf(3, 1, 3), balancers: [balancer(new World())] }, 'wait'],
    ['as many beside the old one as were asked for', { world: worldOf(2, 1, 3, 1), wanted: goal({ beside: 1 }) }, 'done'],
    [
      'one beside the old ones, of which one is drained',
      { world: worldOf(3, 1, 3, 1), wanted: goal({ beside: 1 }) },
      'kill 1 of old, scale to -',
    ],
    [
      'two beside the old ones, of which one is there',
      { world: worldOf(3, 1, 3, 2), wanted: goal({ beside: 2 }) },
      'kill 1 of old, scale to 2',
    ],
    [
      'the last of two beside the old one has connections: they go together',
      { world: besideBusy, wanted: goal({ beside: 2 }) },
      'wait for connections',
    ],
    ['back, while the balancer goes on', { world: worldOf(2, 2, 3), wanted: goal({ isBack: true }) }, 'kill 0 of fresh, scale to 3'],
    [
      'back, while the balancer goes on and all of blue are there',
      { world: worldOf(3, 1, 3), wanted: goal({ isBack: true }) },
      'kill 1 of fresh, scale to -',
    ],
    ['back from what never served', { world: greenIsDown, wanted: goal({ isBack: true }) }, 'delete'],
  ];
  for (const [what, taken, step] of TABLE) it(`${what}: ${step}`, () => assert.equal(kindOf(next(taken)), step));

  it('asks for a look before anything that the balancer has a say in', () => {
    const world = worldOf(3, 1, 3);
    const seen = { fresh: world.get('/nginx-green'), old: world.get('/nginx-blue'), balancers: undefined, isLate: false };
    assert.equal(nextStep(seen, goal()).kind, 'look');
  });

  it('says of what it waits for how much is there', () => {
    const step = next({ world: isDown });
    assert.ok(step.kind === 'wait');
    assert.equal(step.because, '0 of 1 task of /nginx-green serve in every balancer');
  });
});

/** Does it, and says what went wrong. */
const apply = (world: World, step: Step, freshId: string, oldId: string): void => {
  if (step.kind === 'delete') {
    assert.ok(
      world.get(oldId).tasks.every(({ id }) => world.statusOf(id) === 'MAINT' && (world.sessions.get(id) ?? 0) === 0),
      'it serves',
    );
    world.apps.delete(oldId);
  }
  if (step.kind !== 'move') return;
  for (const id of step.kill)
    assert.deepEqual([world.statusOf(id), world.sessions.get(id) ?? 0], ['MAINT', 0], 'a task that serves is killed');
  world.kill(step.kill);
  if (step.scaleTo === undefined) return;
  assert.ok(step.scaleTo > world.get(freshId).instances, 'it grows');
  world.scale(freshId, step.scaleTo);
};

describe("zdd's walk", () => {
  const start = fc.record({
    blue: fc.integer({ min: 0, max: 12 }),
    green: fc.integer({ min: 0, max: 12 }),
    target: fc.integer({ min: 1, max: 12 }),
    beside: fc.integer({ min: 0, max: 3 }),
    linearIncrease: fc.integer({ min: 0, max: 4 }),
    // Which app was scaled last by whoever was here before.
    isBlueLast: fc.boolean(),
    found: fc.constantFrom<ZddOptions['found']>('resume', 'complete current', 'complete previous'),
    sessions: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 30 }),
  });

  it('comes from any state to its end, kills nothing that serves or has connections, and keeps the target serving once it is reached', () => {
    fc.assert(
      fc.property(start, ({ blue, green, target, isBlueLast, found, sessions, linearIncrease, ...rest }) => {
        const beside = Math.min(rest.beside, target);
        const world = worldOf(blue, green, target, beside);
        if (isBlueLast) world.scale('/nginx-blue', blue);
        const roles = chooseRoles([...world.apps.values()], { ...OPTIONS, found, linearIncrease });
        assert.ok(roles.kind === 'swap');
        let least = Infinity;
        for (let looks = 0; world.apps.size === 2; looks += 1) {
          assert.ok(looks < 300, 'it comes to an end');
          const [fresh, old] = [world.get(roles.freshId), world.get(roles.oldId)];
          // Connections come to whatever the balancer sends them to.
          for (const [at, count] of sessions.entries()) {
            const task = [...fresh.tasks, ...old.tasks][at];
            if (task !== undefined && !world.drained().has(task.id)) world.sessions.set(task.id, count);
          }
          const before = world.rows().filter(({ status }) => status === 'UP').length;
          if (before >= target) least = Math.min(least, before);
          else assert.ok(least === Infinity || before >= Math.min(least, target), `${before} of ${target} serve`);
          const step = nextStep({ fresh, old, balancers: [balancer(world)], isLate: false }, roles.goal);
          if (step.kind === 'done') {
            assert.ok(fresh.instances >= beside && old.instances <= Math.max(0, target - fresh.instances));
            return;
          }
          apply(world, step, roles.freshId, roles.oldId);
        }
        assert.deepEqual([...world.apps.keys()], [roles.freshId]);
        assert.ok(world.get(roles.freshId).instances >= target);
      }),
      { numRuns: 2000 },
    );
  });
});
