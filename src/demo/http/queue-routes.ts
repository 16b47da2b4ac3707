import { type Answer, json, refuse } from '../answer.ts';
import { launchDelayMs, resetDelay } from '../instances/backoff.ts';
import { isWaiting } from '../instances/instance.ts';
import { appJson } from '../specs/app-json.ts';
import { podJson } from '../specs/pod-json.ts';
import type { RunSpec } from '../specs/run-spec.ts';
import { canonicalId } from '../ids.ts';
import { instancesOf, type World } from '../world.ts';
import type { Call, Route } from './call.ts';

function waitingFor(world: World, spec: RunSpec): number {
  return instancesOf(world, spec.id).filter((instance) => instance.goal === 'Running' && isWaiting(instance)).length;
}

function listQueue(world: World, call: Call): Answer {
  const withOffers = call.query.getAll('embed').includes('lastUnusedOffers');
  const queue = [...world.specs.values()].flatMap((spec) => {
    const count = waitingFor(world, spec);
    return count === 0 ? [] : [{ ...queueItem(world, spec, count), ...(withOffers ? { lastUnusedOffers: [] } : {}) }];
  });
  return json(200, { queue });
}

function queueItem(world: World, spec: RunSpec, count: number): object {
  const delayMs = launchDelayMs(world, spec.id);
  return {
    count,
    role: spec.definition.role,
    delay: { timeLeftSeconds: Math.ceil(delayMs / 1000), overdue: delayMs === 0 },
    since: spec.version,
    processedOffersSummary: offersSummary(world, spec),
    ...(spec.kind === 'app' ? { app: appJson(spec, world.personality) } : { pod: podJson(spec) }),
  };
}

/** Why an offer did not match is not kept: the funnels of reasons stay empty. */
function offersSummary(world: World, spec: RunSpec): object {
  const declined = instancesOf(world, spec.id).reduce((sum, { offersDeclined }) => sum + offersDeclined, 0);
  return { processedOffersCount: declined, unusedOffersCount: declined, rejectSummaryLastOffers: [], rejectSummaryLaunchAttempt: [] };
}

/** Ends the backoff of an app: its next launch happens at once. */
function deleteDelay(world: World, _call: Call, [idText = '']: readonly string[]): Answer {
  const id = canonicalId(idText);
  const spec = world.specs.get(id);
  if (spec === undefined || waitingFor(world, spec) === 0) return refuse(404, `Application ${id} not found in tasks queue.`);
  resetDelay(world, id);
  for (const instance of instancesOf(world, id)) if (isWaiting(instance)) world.awaitOffer(instance);
  return { status: 204 };
}

export const queueRoutes: readonly Route[] = [
  { method: 'GET', pattern: /^\/v2\/queue\/?$/, handle: listQueue },
  { method: 'DELETE', pattern: /^\/v2\/queue\/(.+)\/delay$/, handle: deleteDelay },
];
