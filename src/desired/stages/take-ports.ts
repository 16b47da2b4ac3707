import type { Checked, Problem } from '../../kit/problem.ts';
import type { PortSettings } from '../../labels/catalogue.ts';
import { group } from '../../labels/group.ts';
import { appGroups, groupsMatch, readPortLabels } from '../../labels/read.ts';
import type { App, AppPort } from '../../model/app.ts';
import { backendName, isProxyName } from '../names.ts';
import type { BuildOptions } from '../options.ts';
import type { Context, PortDraft } from '../port-draft.ts';

/** The groups decide before anything else is read: what another balancer's app has in its labels is none of our business. */
const isOurs = (app: App, index: number, options: BuildOptions): boolean => {
  const parsed = group.parse(app.labels[`HAPROXY_${index}_GROUP`] ?? '');
  const own = 'value' in parsed ? parsed.value : [];
  return groupsMatch(options.groups, own.length > 0 ? own : appGroups(app));
};

const speaksTcp = (port: AppPort): boolean => port.protocol.split(',').includes('tcp');

const draftOf = (app: App, port: AppPort, index: number, settings: PortSettings): PortDraft => {
  const servicePort = settings.port ?? port.servicePort;
  const name = backendName(app.id, servicePort);
  return { index, port, settings, servicePort, name, mode: 'tcp', serverOptions: {}, servers: [], routes: [], problems: [] };
};

/** The service ports of an app that this balancer takes, with their labels read. One with a wrong label is left out, with the reason. */
export const takePorts = ({ entry: { app }, options }: Context): Checked<readonly PortDraft[]> => {
  const drafts: PortDraft[] = [];
  const problems: Problem[] = [];
  for (const [index, port] of app.ports.entries()) {
    if (!speaksTcp(port) || !isOurs(app, index, options)) continue;
    const labels = readPortLabels(app, index);
    problems.push(...labels.problems);
    const settings = labels.value;
    if (settings === undefined || !(settings.enabled ?? !options.strictMode)) continue;
    const draft = draftOf(app, port, index, settings);
    if (isProxyName(draft.name)) drafts.push(draft);
    else
      problems.push({
        appId: app.id,
        portIndex: index,
        message: `'${draft.name}' cannot be the name of a HAProxy backend: rename the app`,
      });
  }
  return { value: drafts, problems };
};
