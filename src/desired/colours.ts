import { compare } from '../kit/compare.ts';
import { digest } from '../kit/digest.ts';
import type { Problem } from '../kit/problem.ts';
import { shown } from '../kit/shown.ts';
import { DEPLOYMENT_LABEL } from '../labels/deployment.ts';
import { colourOf } from '../rollout/colour.ts';
import type { DeploymentGroup } from './deployment-group.ts';

/** An app of a deployment group that requests are led to by itself. */
export interface Colour {
  readonly appId: string;
  /** Part of the names of its backends. */
  readonly word: string;
  /** What requests may ask for, and hosts begin with; absent: nobody can ask for it. */
  readonly asked?: string;
}

/** Of requests that ask for it. */
export const previewBackend = (main: string, { word }: Colour): string => `${main}_${word}_preview`;

/** Of visitors that have it. */
export const visitorsBackend = (main: string, { word }: Colour): string => `${main}_${word}`;

/** A name that may stand in front of a host's. */
const ASKED = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;

/** What names of backends end with that are looked at: their requests are not counted. */
const PREVIEW = 'preview';

/** Each has backends for each port of its group. */
const MOST = 8;

interface Colours {
  readonly colours: readonly Colour[];
  readonly problems: readonly Problem[];
}

const whyNotAsked = (asked: string, other: string | undefined): string | undefined => {
  if (!ASKED.test(asked)) return `${shown(asked)} cannot be asked for: a colour is letters, digits and hyphens, 32 at most`;
  return other === undefined
    ? undefined
    : `'${asked}' is the colour of ${other}, too: this app cannot be asked for until it has one of its own`;
};

/** No colour that can be asked for has this character. */
const hashed = (appId: string): string => `_${digest(appId)}`;

const named = (appIds: readonly (readonly [appId: string, asked: string])[]): Colours => {
  const problems: Problem[] = [];
  const taken = new Map<string, string>();
  const colours = appIds.map(([appId, asked]): Colour => {
    const message = whyNotAsked(asked, taken.get(asked));
    if (message === undefined) {
      taken.set(asked, appId);
      return { appId, word: asked === PREVIEW ? hashed(appId) : asked, asked };
    }
    problems.push({ appId, label: DEPLOYMENT_LABEL.colour, message });
    return { appId, word: hashed(appId) };
  });
  return { colours, problems };
};

/** Apps of a group in the order of their ids, and what is wrong with their names. None where they are too many. */
export const coloursOf = (group: DeploymentGroup): Colours => {
  const apps = [group.entry, ...group.others].map(({ app }) => app).sort((a, b) => compare(a.id, b.id));
  if (apps.length <= MOST) return named(apps.map((app) => [app.id, colourOf(app, group.id).toLowerCase()]));
  const message = `${apps.length} apps are in deployment group ${group.id}, and ${MOST} at most have backends of their own: none has, and they are told apart by weights alone`;
  return { colours: [], problems: [{ appId: group.entry.app.id, label: DEPLOYMENT_LABEL.colour, message }] };
};
