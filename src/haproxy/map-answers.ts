/** The name that HAProxy knows a map by at run time: the path that is written in the config. */
export const mapFile = (map: string): string => `maps/${map}.map`;

/** Names of our maps in the answer to `show map`: '0 (maps/routes.map) pattern loaded from file …'. */
export const parseMapNames = (text: string): readonly string[] =>
  [...text.matchAll(/^-?\d+ \(maps\/([^/)]+)\.map\)/gm)].flatMap(([, name]) => (name === undefined ? [] : [name]));

/** Entries in the answer to `show map maps/x.map`: '0x55d887b30e50 key value'. Of duplicates the first counts, as it does for HAProxy. */
export const parseMapEntries = (text: string): ReadonlyMap<string, string> => {
  const entries = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, key, value] = /^0x[0-9a-f]+ (\S+) (.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined && !entries.has(key)) entries.set(key, value);
  }
  return entries;
};

/**
 * The value of exactly this key in the answer to `get map`, which looks up like traffic does: in a map_beg map any key that is a prefix of
 * what was asked for answers too. 'type=beg, case=sensitive, found=yes, idx=tree, key="shop/cart", value="c", type="str"'.
 */
export const parseMapValue = (text: string, key: string): string | undefined => {
  const [, found, value] = /, key="(.*)", value="(.*)", type="/.exec(text) ?? [];
  return found === key ? value : undefined;
};
