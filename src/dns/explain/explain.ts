import { type KnownRename, type Place, placeOf } from '../answer/renames.ts';
import { dataText, typeText } from '../data-text.ts';
import { type Name, parentOf, toText } from '../name.ts';
import { type Rdata, TYPE } from '../record.ts';
import type { ZoneView } from '../zone-view.ts';
import type { ExplainedRecord, Explanation, Source } from './explanation.ts';
import { whyMissing } from './missing.ts';
import { givenFor, type SourcedZone } from './sources.ts';

/** Longer chains of aliases are somebody's mistake, or have no end. */
const MOST_ALIASES = 8;

/** The name itself, or the wildcard that answers for it. */
const answeringName = (zone: ZoneView, name: Name): Name => {
  if (zone.node(name) !== undefined || !zone.hasWildcards) return name;
  for (let above = parentOf(name); above !== undefined; above = parentOf(above))
    if (zone.node(above) !== undefined) return zone.node(`\x01*${above}`) === undefined ? name : `\x01*${above}`;
  return name;
};

const explainedRecords = (zone: SourcedZone, name: Name): readonly ExplainedRecord[] => {
  const at = answeringName(zone, name);
  const node = zone.node(at);
  const records = new Map<string, { readonly type: number; readonly data: Rdata; readonly from: Source[] }>();
  const of = (type: number, data: Rdata): Source[] => {
    const key = `${type} ${data}`;
    const known = records.get(key) ?? { type, data, from: [] };
    records.set(key, known);
    return known.from;
  };
  for (const { type, data, source } of givenFor(zone, at)) {
    const from = of(type, data);
    if (!from.includes(source)) from.push(source);
  }
  for (const type of node?.types() ?? []) {
    for (const data of node?.records(type) ?? []) {
      const from = of(type, data);
      if (from.length === 0) from.push({ kind: 'zone' });
    }
  }
  return [...records.values()].map(({ type, data, from }) => ({
    name: toText(name),
    type: typeText(type),
    data: dataText(type, data),
    served: node?.records(type).includes(data) === true,
    from,
  }));
};

/** Where a chain of aliases leads, the name itself first; without end: as far as it was followed. */
const chainFrom = (zone: ZoneView, name: Name, type: number): readonly Name[] => {
  const chain = [name];
  for (let at = name; chain.length <= MOST_ALIASES;) {
    const node = zone.node(answeringName(zone, at));
    const next = (node?.records(type) ?? []).length > 0 ? undefined : node?.records(TYPE.CNAME)[0];
    if (next === undefined || chain.includes(next)) break;
    chain.push(next);
    at = next;
  }
  return chain;
};

/** The texts of names in the data, as they were asked for. */
const shownAs = (records: readonly ExplainedRecord[], { rename }: Place): readonly ExplainedRecord[] => {
  if (rename === undefined) return records;
  const [from, to] = [toText(rename.to), toText(rename.from)];
  const shown = (text: string): string => (text === from || text.endsWith(`.${from}`) ? text.slice(0, -from.length) + to : text);
  return records.map((record) => ({ ...record, name: shown(record.name), data: shown(record.data) }));
};

/**
 * What is served for a name, who gives it, and if there is nothing of that type, why. May take as long as there are tasks.
 * @param renames as answers have them: what is asked by another name is explained by its own
 */
export const explain = (
  zone: SourcedZone,
  renames: readonly KnownRename[],
  { name: asked, type }: { readonly name: Name; readonly type: number },
): Explanation => {
  const place = placeOf(renames, asked);
  const chain = chainFrom(zone, place.name, type);
  const last = chain.at(-1) ?? place.name;
  const apex = zone.apexOf(place.name);
  const isThere = (zone.node(answeringName(zone, last))?.records(type) ?? []).length > 0;
  return {
    name: toText(asked),
    type: typeText(type),
    ...(apex !== undefined && { zone: toText(apex) }),
    records: shownAs(
      chain.flatMap((one) => explainedRecords(zone, one)),
      place,
    ),
    ...(!isThere && { missing: whyMissing(zone, last, type) }),
  };
};
