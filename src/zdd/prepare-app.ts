import { DEPLOYMENT_LABEL } from '../labels/deployment.ts';
import { canonicalId } from '../rollout/app-id.ts';
import { servicePortsIn, withServicePorts } from '../rollout/definition.ts';
import { deploymentLabel, type Definition } from './app.ts';
import { ZDD_EXIT, ZddError } from './exits.ts';
import type { ZddOptions } from './options.ts';
import { writeStartedAt } from './started-at.ts';

type Counts = Pick<ZddOptions, 'initialInstances' | 'newInstances'>;

const portIn = (text: string | undefined): number | undefined => (/^[1-9]\d{0,4}$/.test(text ?? '') ? Number(text) : undefined);

/** The first; undefined: it has none, or leaves it to Marathon. Marathon 1.5 and later tell no `ports` of container networks. */
const servicePortOf = (app: Definition): number | undefined => {
  const [first = 0] = servicePortsIn(app);
  return first === 0 ? undefined : first;
};

const alternativePort = (app: Definition): number => {
  const text = deploymentLabel(app, 'altPort');
  const port = portIn(text);
  if (port !== undefined) return port;
  const message = `${DEPLOYMENT_LABEL.altPort} is '${text ?? ''}' and must be a port that no other app has`;
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
 * As zdd.py did it; rollout/prepare.ts says what a rollout does otherwise.
 * @param last the app of the group that is there; undefined: there is none
 * @throws ZddError `field`
 */
export const prepareApp = (app: Definition, last: Definition | undefined, counts: Counts, now: Date): Definition => {
  const own = ownPort(app);
  const alternative = alternativePort(app);
  // Also after one without a colour, as pipelines know it.
  const colour = last !== undefined && deploymentLabel(last, 'colour') === 'blue' ? 'green' : 'blue';
  const target = last?.instances ?? app.instances;
  const beside = last === undefined ? 0 : Math.min(counts.newInstances, target);
  const instances = last === undefined ? target : Math.min(counts.initialInstances, beside === 0 ? target : beside);
  return {
    ...withServicePorts(app, [last === undefined ? own : freePort(own, alternative, last)]),
    id: `${canonicalId(app.id)}-${colour}`,
    instances,
    labels: {
      ...app.labels,
      [DEPLOYMENT_LABEL.appId]: app.id,
      HAPROXY_0_PORT: `${own}`,
      [DEPLOYMENT_LABEL.targetInstances]: `${target}`,
      [DEPLOYMENT_LABEL.newInstances]: `${beside}`,
      [DEPLOYMENT_LABEL.colour]: colour,
      [DEPLOYMENT_LABEL.startedAt]: writeStartedAt(now, last === undefined ? undefined : deploymentLabel(last, 'startedAt')),
    },
  };
};
