import { type Colour, coloursOf, previewBackend, visitorsBackend } from '../desired/colours.ts';
import type { DeploymentGroup } from '../desired/deployment-group.ts';
import type { Backend, Desired } from '../desired/desired.ts';
import type { ColourExplanation } from './explanation.ts';

/** As templates/colours.hbs has them. */
const HEADER = 'X-Sluice-Colour';
const COOKIE = 'SLUICE_COLOUR';

const keysTo = (map: string, backend: string, desired: Desired): readonly string[] =>
  [...(desired.maps.get(map) ?? [])].filter(([, value]) => value === backend).map(([key]) => key);

/** Each entry has a tenth of all for each digit but the first: '1' all of them, '1234' one of a thousand. */
const percentOf = (keys: readonly string[]): number =>
  keys.reduce((sum, key) => sum + 1000 / 10 ** (key.length - key.lastIndexOf('/') - 2), 0) / 10;

/** A name that another app holds is not its own. */
const ownBackend = (name: string, main: Backend, { backends }: Desired): Backend | undefined => {
  const found = backends.get(name);
  return found?.beside === main.name ? found : undefined;
};

const previewOf = (colour: Colour, main: Backend, desired: Desired): readonly ColourExplanation[] => {
  const backend = ownBackend(previewBackend(main.name, colour), main, desired);
  const { asked, appId } = colour;
  if (backend === undefined || asked === undefined) return [];
  const { allowedFrom } = backend.profile;
  const ways = { header: `${HEADER}: ${asked}`, cookie: `${COOKIE}=${asked}`, hosts: keysTo('routes', backend.name, desired) };
  return [{ appId, backend: backend.name, preview: { ...ways, ...(allowedFrom === undefined ? {} : { networks: allowedFrom }) } }];
};

const visitorsOf = (colour: Colour, main: Backend, desired: Desired): readonly ColourExplanation[] => {
  const backend = ownBackend(visitorsBackend(main.name, colour), main, desired);
  if (backend === undefined) return [];
  return [{ appId: colour.appId, backend: backend.name, visitorsPercent: percentOf(keysTo('splits', backend.name, desired)) }];
};

/** The backends of one app each that stand beside that of a port, and who comes to them; none where requests are told apart by weights alone. */
export const explainColours = (main: Backend, group: DeploymentGroup | undefined, desired: Desired): readonly ColourExplanation[] =>
  group?.shares === undefined
    ? []
    : coloursOf(group).colours.flatMap((colour) => [...previewOf(colour, main, desired), ...visitorsOf(colour, main, desired)]);
