/** Server -> response time in ms, its first two digits alone -> how many answers took that long. */
export type TimeTable = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** Of a profile that counts response times: as the template `profile` calls it. */
export const timesTableOf = (profileName: string): string => `${profileName}_times`;

/** `key=3/12/10_0_0_1_31000 ... conn_cnt=7`: a number of three digits that begins with 12, of this server, 7 times. */
const ENTRY = /\bkey=(\d+)\/(\d+)\/(\S+) .*\bconn_cnt=(\d+)/;

/**
 * From the answer to `show table` of a profile's table of response times; 'none': HAProxy has no such table. Undefined: the text is no such answer, as
 * where a reload has cut it. A worker that was replaced empties its tables.
 */
export const parseTimes = (text: string): TimeTable | 'none' | undefined => {
  if (text.trim() === 'No such table') return 'none';
  if (!text.startsWith('# table: ')) return undefined;
  const table = new Map<string, Map<number, number>>();
  for (const line of text.split('\n')) {
    const [, digits, first, server, count] = ENTRY.exec(line) ?? [];
    if (digits === undefined || first === undefined || server === undefined) continue;
    const times = table.get(server) ?? new Map<number, number>();
    table.set(server, times);
    times.set(Number(first.padEnd(Number(digits), '0')), Number(count));
  }
  return table;
};
