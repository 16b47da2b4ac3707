/** What one worker has counted of a server since one of them began, and what runs there now. */
export interface ServerCounts {
  readonly sessions: number;
  readonly queued: number;
  /** Answers; of a tcp port connections. */
  readonly answered: number;
  readonly errors5xx: number;
  /** Tries that failed. */
  readonly failed: number;
}

/** 'backend/server' -> its counts. */
export type CountTable = ReadonlyMap<string, ServerCounts>;

const toCounts = (value: (column: string) => string): ServerCounts => {
  const number = (column: string): number => Number(value(column));
  return {
    sessions: number('scur'),
    queued: number('qcur'),
    // In mode tcp nothing is known of answers.
    answered: value('hrsp_5xx') === '' ? number('stot') : number('req_tot'),
    errors5xx: number('hrsp_5xx'),
    failed: number('econ') + number('eresp') + number('wretr'),
  };
};

/**
 * From the answer to `show stat NUMBER 4 -1`. Which columns there are differs from version to version; what may hold a comma comes behind all that are
 * read. Undefined: the text is no such answer, as where a reload has cut it. No rows: HAProxy has no such backend, or it has no server.
 */
export const parseCounts = (text: string): CountTable | undefined => {
  if (text.trim() === 'No such proxy.') return new Map();
  const [header = '', ...lines] = text.trim().split('\n');
  if (!header.startsWith('# pxname,svname,')) return undefined;
  const columns = header.slice(2).split(',');
  const counts = new Map<string, ServerCounts>();
  for (const line of lines) {
    const words = line.split(',');
    const value = (column: string): string => words[columns.indexOf(column)] ?? '';
    counts.set(`${value('pxname')}/${value('svname')}`, toCounts(value));
  }
  return counts;
};
