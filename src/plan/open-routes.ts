import type { Desired } from '../desired/desired.ts';
import { SHARED_FRONTENDS } from '../desired/names.ts';
import type { RuntimeStep } from './plan.ts';

const hostOf = (route: string): string => route.slice(0, route.indexOf('/'));

/**
 * Whether a route may be given to the present worker. One of a host that asks clients for a certificate may not before the worker does ask, and for the
 * same one: that comes by a reload, and until then everybody would be let in, or whoever could come to the app that had the host before.
 * @param differ the worker has other frontends than those that are wanted
 */
export const openRoutes = ({ frontends }: Pick<Desired, 'frontends'>, differ: boolean): ((step: RuntimeStep) => boolean) => {
  const guarded = differ ? (frontends.get(SHARED_FRONTENDS.https)?.guarded ?? []) : [];
  if (guarded.length === 0) return () => true;
  const hosts = new Set(guarded.map(([host]) => host));
  return (step) =>
    (step.kind !== 'add-map-entry' && step.kind !== 'set-map-entry') || step.map !== 'routes' || !hosts.has(hostOf(step.key));
};
