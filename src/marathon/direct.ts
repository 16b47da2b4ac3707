import type { Change, Changed } from './changes.ts';
import { Client } from './client.ts';
import { Http } from './http.ts';
import { DEFAULT_LIMITS, type MarathonOptions } from './options.ts';
import { Origins } from './origins.ts';

/** Marathon for a verb that changes apps: one question after the other, answers as they come, nothing is kept. */
export interface Direct {
  /** Every app with its tasks. @throws SluiceError when none of the Marathons gave a whole list */
  readonly apps: (signal: AbortSignal) => Promise<readonly unknown[]>;
  /** One app with its tasks and deployments; undefined: there is none. @throws SluiceError when none of the Marathons gave an answer */
  readonly app: (id: string, signal: AbortSignal) => Promise<unknown>;
  /** Asked of the Marathon that answered last. @throws SluiceError when no answer came: it may have been made all the same */
  readonly change: (change: Change) => Promise<Changed>;
  readonly close: () => Promise<void>;
}

/** @throws SluiceError SETTINGS when the URLs cannot be used */
export const openDirect = ({ urls, credentials, caPem }: Pick<MarathonOptions, 'urls' | 'credentials' | 'caPem'>): Direct => {
  const origins = new Origins(urls, credentials);
  const http = new Http(origins, { caPem, verifyTls: true }, DEFAULT_LIMITS);
  const client = new Client(http, origins, DEFAULT_LIMITS);
  return {
    apps: async (signal) => client.readRawApps(signal),
    app: async (id, signal) => client.readRawApp(id, signal),
    change: async (change) => client.change(change),
    close: async () => http.close(),
  };
};
