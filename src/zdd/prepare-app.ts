import { deploymentLabel, type Definition } from './app.ts';
import { ZDD_EXIT, ZddError } from './exits.ts';
import type { ZddOptions } from './options.ts';
import { servicePortOf, withServicePort } from './service-port.ts';
import { writeStartedAt } from './started-at.ts';

type Counts = Pick<ZddOptions, 'initialInstances' | 'newInstances'>;

const portIn = (text: string | undefined): number | undefined => (/^[1-9]\d{0,4}$/.test(text ?? '') ? Number(text) : undefined);

const alternativePort = (app: Definition): number => {
  const port = portIn(deploymentLabel(app, 'ALT_PORT'));
  if (port !== undefined) return port;
  const message = `HAPROXY_DEPLOYMENT_ALT_PORT is '${deploymentLabel(app, 'ALT_PORT') ?? ''}' and must be a port that no other app has`;
  throw new ZddError(ZDD_EXIT.field, message);
};

const ownPort = (app: Definition): number => {
  const port = servicePortOf(app);
  if (port !== undefined) return port;
  throw new ZddError(
    ZDD_EXIT.field,
    `${app.id} has no service port: write one as servicePort of its first port mapping, or as port of its first port definition`,
  );
};

/** The one of its two service ports that the app that is there does not have. */
const freePort = (own: number, alternative: number, last: Definition): number =>
  servicePortOf(last) === alternative ? (portIn(last.labels['HAPROXY_0_PORT']) ?? own) : alternative;

/**
 * The app as it is created: blue or green, with the service port that the other colour does not have, and with the labels that tell the balancer about it.
 * @param last the app of the group that is there; undefined: there is none
 * @throws ZddError `field`
 */
export const prepareApp = (app: Definition, last: Definition | undefined, counts: Counts, now: Date): Definition => {
  const own = ownPort(app);
  const alternative = alternativePort(app);
  const colour = last !== undefined && deploymentLabel(last, 'COLOUR') === 'blue' ? 'green' : 'blue';
  const target = last?.instances ?? app.instances;
  const beside = last === undefined ? 0 : Math.min(counts.newInstances, target);
  const instances = last === undefined ? target : Math.min(counts.initialInstances, beside === 0 ? target : beside);
  return {
    ...withServicePort(app, last === undefined ? own : freePort(own, alternative, last)),
    id: `/${app.id.replace(/^\/+/, '')}-${colour}`,
    instances,
    labels: {
      ...app.labels,
      HAPROXY_APP_ID: app.id,
      HAPROXY_0_PORT: `${own}`,
      HAPROXY_DEPLOYMENT_TARGET_INSTANCES: `${target}`,
      HAPROXY_DEPLOYMENT_NEW_INSTANCES: `${beside}`,
      HAPROXY_DEPLOYMENT_COLOUR: colour,
      HAPROXY_DEPLOYMENT_STARTED_AT: writeStartedAt(now, last === undefined ? undefined : deploymentLabel(last, 'STARTED_AT')),
    },
  };
};
