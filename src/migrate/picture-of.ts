import type { Backend, Globals } from '../desired/desired.ts';
import type { BuildOptions } from '../desired/options.ts';
import { isForUs } from '../labels/read.ts';
import type { App } from '../model/app.ts';
import type { AppEntry } from '../model/model.ts';
import { Picture } from '../picture/picture.ts';

/** The apps as a Sluice would have them that is told all of them at once, and as it would be with `--compat strict`. */
export interface Pictures {
  readonly options: BuildOptions;
  readonly entries: readonly AppEntry[];
  readonly picture: Picture;
  readonly strict: Picture;
  readonly fixed: Picture;
}

const pictureOf = (entries: readonly AppEntry[], options: BuildOptions, globals: Globals): Picture => {
  const picture = new Picture(options, globals);
  picture.take({ kind: 'snapshot', entries, keep: new Set() });
  return picture;
};

export const picturesOf = (entries: readonly AppEntry[], options: BuildOptions, globals: Globals): Pictures => {
  const strict = pictureOf(entries, { ...options, compat: 'strict' }, globals);
  const fixed = pictureOf(entries, { ...options, compat: 'fixed' }, globals);
  return { options, entries, strict, fixed, picture: options.compat === 'strict' ? strict : fixed };
};

/** The app with the service ports that it has: Marathon's, or those that it is given. */
export const servedApp = (picture: Picture, appId: string): App | undefined =>
  (picture.servedEntry(appId) ?? picture.model.apps.get(appId))?.app;

/** Apps that this balancer takes. */
export const ownApps = ({ entries, options }: Pictures): readonly App[] =>
  entries.map(({ app }) => app).filter((app) => isForUs(app, options.groups) && app.id !== options.ownAppId);

/** The backend of a port; undefined: it is not taken. */
export const backendOf = (picture: Picture, appId: string, portIndex: number): Backend | undefined => {
  const fate = picture.fates(appId).find(({ index }) => index === portIndex);
  return fate?.kind === 'taken' ? picture.desired.backends.get(fate.backend) : undefined;
};

/** A port that HAProxy cannot carry. */
export const isUdp = ({ ports }: App, portIndex: number): boolean => !(ports[portIndex]?.protocol ?? 'tcp').split(',').includes('tcp');
