import type { ColourExplanation } from '../picture/explanation.ts';
import { table } from './table.ts';

const waysOf = ({ preview, visitorsPercent }: ColourExplanation): string => {
  if (preview === undefined) return `${visitorsPercent ?? 0} % of visitors`;
  const { header, cookie, hosts, networks } = preview;
  const ways = [header, `cookie ${cookie}`, ...hosts].join(', ');
  return networks === undefined ? ways : `${ways}, from ${networks.join(', ')} only`;
};

/** How requests come to one app of a deployment group, as lines for people. */
export const colourLines = (colours: readonly ColourExplanation[]): readonly string[] =>
  table(colours.map((one) => [`    ${one.backend}`, one.appId, waysOf(one)]));
