import type { PortSettings } from '../labels/catalogue.ts';
import { PORT_LABELS } from '../labels/catalogue.ts';
import type { App } from '../model/app.ts';
import type { BuildOptions } from './options.ts';

/** Its number after HAPROXY_{n}_PORT. */
const servicePortAt = (app: App, index: number): number => {
  const text = app.labels[`HAPROXY_${index}_${PORT_LABELS.port.name}`];
  const parsed = text === undefined ? { value: undefined } : PORT_LABELS.port.parse(text);
  return ('value' in parsed ? parsed.value : undefined) ?? app.ports[index]?.servicePort ?? 0;
};

/** Indexes of an app's ports as the label counts them: Marathon-LB had sorted them by service port. */
const order = (app: App, compat: BuildOptions['compat']): readonly number[] => {
  const indexes = [...app.ports.keys()];
  return compat === 'fixed' ? indexes : indexes.sort((a, b) => servicePortAt(app, a) - servicePortAt(app, b));
};

/**
 * Index of the port that BACKEND_HEALTHCHECK_PORT_INDEX has checked in place of this one; below 0 it is counted from the last. Undefined: this one is
 * checked itself, also where there is no such port.
 */
export const checkedIndex = (
  app: App,
  index: number,
  { healthcheckPortIndex }: PortSettings,
  compat: BuildOptions['compat'],
): number | undefined => {
  if (healthcheckPortIndex === undefined) return undefined;
  const other = order(app, compat).at(healthcheckPortIndex);
  return other === index ? undefined : other;
};

/** Whether the label names a port that the app has. */
export const hasCheckedPort = (app: App, { healthcheckPortIndex: at }: PortSettings): boolean =>
  at === undefined || (at < app.ports.length && at >= -app.ports.length);
