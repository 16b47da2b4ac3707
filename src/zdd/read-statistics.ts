/** A row of HAProxy's statistics. */
export interface Row {
  readonly backend: string;
  readonly server: string;
  /** 'UP', 'UP 1/2', 'DOWN', 'MAINT', 'no check' ... */
  readonly status: string;
  /** Requests that wait for it, and connections that it has. */
  readonly queued: number;
  readonly sessions: number;
}

const COLUMNS = ['pxname', 'svname', 'status', 'qcur', 'scur'] as const;

/**
 * The rows of `/haproxy?stats;csv`; undefined: it is none, or is cut off. Words in quotes, which may hold commas, stand behind the columns that are read.
 */
export const readStatistics = (csv: string): readonly Row[] | undefined => {
  if (!csv.startsWith('# ') || !csv.endsWith('\n')) return undefined;
  const [head = '', ...lines] = csv.slice(2).trimEnd().split(/\r?\n/);
  const names = head.split(',');
  const places = COLUMNS.map((name) => names.indexOf(name));
  if (places.includes(-1)) return undefined;
  return lines.map((line) => {
    const words = line.split(',');
    const [backend = '', server = '', status = '', queued, sessions] = places.map((at) => words[at]);
    return { backend, server, status, queued: Number(queued), sessions: Number(sessions) };
  });
};
