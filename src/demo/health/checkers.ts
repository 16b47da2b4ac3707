import { checkAdded, checkRemoved } from '../events/health-events.ts';
import type { RunSpec } from '../specs/run-spec.ts';
import { traitsOf } from '../specs/traits.ts';
import { instancesOf, publish, type World } from '../world.ts';
import { runChecks } from './run-checks.ts';

/** Marathon checks for the first time after this or the check's interval, whichever is shorter. */
const FIRST_CHECK_SECONDS = 5;

/** Begins the checks of one version of an app, unless it has begun before; says so once per check. */
export function startChecks(world: World, spec: RunSpec): void {
  const known = world.checkers.get(spec.id)?.has(spec.version) ?? false;
  if (known) return;
  beginChecks(world, spec);
  if (spec.kind === 'pod') return;
  for (const check of traitsOf(spec).checks) publish(world, checkAdded(world, spec.id, spec.version, check.source));
}

/** Begins checks without telling anybody: for apps that are there from the start. */
export function beginChecks(world: World, spec: RunSpec): void {
  const stops = traitsOf(spec).checks.map((check, index) => {
    let stopEvery: (() => void) | undefined;
    const tick = (): void => runChecks(world, spec, check, index);
    const stopFirst = world.clock.after(Math.min(check.intervalSeconds, FIRST_CHECK_SECONDS), () => {
      stopEvery = world.clock.every(check.intervalSeconds, tick);
      tick();
    });
    return () => {
      stopFirst();
      stopEvery?.();
    };
  });
  const versions = world.checkers.get(spec.id) ?? new Map<string, () => void>();
  world.checkers.set(
    spec.id,
    versions.set(spec.version, () => {
      for (const stop of stops) stop();
    }),
  );
}

/** Ends the checks of all versions of an app, or of those that `isOutdated` names; says so once per version and check. */
export function stopChecks(world: World, specId: string, isOutdated: (version: string) => boolean = () => true): void {
  const versions = world.checkers.get(specId);
  for (const [version, stop] of [...(versions ?? [])].filter(([it]) => isOutdated(it))) {
    stop();
    versions?.delete(version);
    const spec = world.history.get(specId)?.find((it) => it.version === version);
    if (spec?.kind !== 'app') continue;
    publish(world, ...traitsOf(spec).checks.map(() => checkRemoved(world, specId)));
  }
  if (versions?.size === 0) world.checkers.delete(specId);
}

/** What Marathon does from time to time: ends the checks of versions that no instance has any more. */
export function reconcileChecks(world: World): void {
  for (const specId of [...world.checkers.keys()]) {
    const used = new Set(instancesOf(world, specId).map(({ spec }) => spec.version));
    stopChecks(world, specId, (version) => version !== world.specs.get(specId)?.version && !used.has(version));
  }
}
