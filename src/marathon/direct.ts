import type { Change } from './changes.ts';
import { Client } from './client.ts';
import { Http } from './http.ts';
import { LeaderRequests, type MarathonAnswer } from './leader-requests.ts';
import { DEFAULT_LIMITS, type MarathonOptions } from './options.ts';
import { Origins } from './origins.ts';

/** Marathon for a verb that changes apps: one question after the other, answers as they come, nothing is kept. */
export interface Direct {
  /** Every app with its tasks. @throws SluiceError when none of the Marathons gave a whole list */
  readonly apps: (signal: AbortSignal) => Promise<readonly unknown[]>;
  /** One app with its tasks and deployments; undefined: there is none. @throws SluiceError when none of the Marathons gave an answer */
  readonly app: (id: string, signal: AbortSignal) => Promise<unknown>;
  /** @throws SluiceError as LeaderRequests: where no answer came it may have been made all the same */
  readonly change: (change: Change) => Promise<MarathonAnswer>;
  readonly close: () => Promise<void>;
}

/** @throws SluiceError SETTINGS when the URLs cannot be used */
export const openDirect = (options: Pick<MarathonOptions, 'urls' | 'credentials' | 'caPem'>): Direct => {
  const { urls, credentials, caPem } = options;
  const origins = new Origins(urls, credentials);
  const http = new Http(origins, { caPem, verifyTls: true }, DEFAULT_LIMITS);
  const client = new Client(http, origins, DEFAULT_LIMITS);
  const { totalMs } = DEFAULT_LIMITS;
  const requests = new LeaderRequests({ ...options, limits: { headersMs: totalMs, totalMs } });
  return {
    apps: async (signal) => client.readRawApps(signal),
    app: async (id, signal) => client.readRawApp(id, signal),
    change: async (change) => requests.change(change),
    close: async () => {
      await Promise.all([http.close(), requests.close()]);
    },
  };
};
