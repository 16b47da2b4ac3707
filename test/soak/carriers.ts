import { SluiceError } from '../../src/kit/error.ts';
import { byHand } from '../kit/haproxy-of.ts';

/** Columns of HAProxy's `show servers state`. */
const COLUMNS = { backend: 1, address: 4, operational: 5, administrative: 6, port: 18 } as const;
const RUNNING = '2';
const NOT_ASKED_TO_REST = '0';

/** A server that requests may go to. */
export interface Carrier {
  readonly backend: string;
  /** `address:port` */
  readonly at: string;
}

/** One that was killed answers nobody, and sends requests nowhere. */
const ask = async (runDir: string): Promise<string> =>
  byHand(runDir, 'show servers state').catch((error: unknown) => {
    if (error instanceof SluiceError && error.code.startsWith('HAPROXY_')) return '';
    throw error;
  });

/** Where HAProxy sends requests now: its servers that are up. Asked of HAProxy, for Sluice may be dead. */
export const carriersIn = async (runDir: string): Promise<readonly Carrier[]> =>
  (await ask(runDir))
    .split('\n')
    .filter((line) => /^\d+ /.test(line))
    .map((line) => line.split(' '))
    .filter((row) => row[COLUMNS.operational] === RUNNING && row[COLUMNS.administrative] === NOT_ASKED_TO_REST)
    .map((row) => ({ backend: row[COLUMNS.backend] ?? '', at: `${row[COLUMNS.address] ?? ''}:${row[COLUMNS.port] ?? ''}` }));

/** Where HAProxy would send requests that came up with this text of haproxy.cfg. */
export const carriersOf = (text: string): readonly Carrier[] => {
  let backend = '';
  return text.split('\n').flatMap((line) => {
    backend = /^backend (\S+)/.exec(line)?.[1] ?? backend;
    const at = /^ {2}server \S+ (\S+) /.exec(line)?.[1];
    return at === undefined ? [] : [{ backend, at }];
  });
};
