import { Client } from './client.ts';
import { Http } from './http.ts';
import { DEFAULT_LIMITS, type MarathonOptions } from './options.ts';
import { Origins } from './origins.ts';
import type { ReadApp } from './payload/entry.ts';

/**
 * Every app with its tasks, now, without following what becomes of them.
 * @throws SluiceError SETTINGS when the URLs cannot be used, and when none of the Marathons gave a whole list
 */
export const readOnce = async ({
  urls,
  credentials,
  caPem,
}: Pick<MarathonOptions, 'urls' | 'credentials' | 'caPem'>): Promise<readonly ReadApp[]> => {
  const origins = new Origins(urls, credentials);
  const http = new Http(origins, { caPem, verifyTls: true }, DEFAULT_LIMITS);
  try {
    return await new Client(http, origins, DEFAULT_LIMITS).readApps(new AbortController().signal);
  } finally {
    await http.close();
  }
};
