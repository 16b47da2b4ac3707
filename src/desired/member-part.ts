import type { App } from '../model/app.ts';
import type { AppPart } from './app-part.ts';
import { type DeploymentGroup, problemsOfMember } from './deployment-group.ts';
import type { BuildOptions } from './options.ts';

/** What an app of a deployment group wants by itself: nothing. `served`: the part of the app whose definition counts. */
export const memberPart = (app: App, group: DeploymentGroup, served: AppPart, options: BuildOptions): AppPart => ({
  appId: app.id,
  ports: app.ports.map((_, index) => {
    const fate = served.ports.find((candidate) => candidate.index === index);
    if (fate?.kind === 'taken') return { ...fate, of: served.appId };
    const because = fate?.because ?? `${served.appId}, whose definition counts in deployment group ${group.id}, has no such port`;
    return { kind: 'left', index, because };
  }),
  backends: [],
  listeners: [],
  routes: [],
  problems: problemsOfMember(app, group, options),
});
