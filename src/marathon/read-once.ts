import { Client } from './client.ts';
import { Http } from './http.ts';
import { DEFAULT_LIMITS, type MarathonOptions } from './options.ts';
import { Origins } from './origins.ts';
import type { ReadApp } from './payload/entry.ts';

type Where = Pick<MarathonOptions, 'urls' | 'credentials' | 'caPem'>;

const once = async <T>({ urls, credentials, caPem }: Where, ask: (client: Client, signal: AbortSignal) => Promise<T>): Promise<T> => {
  const origins = new Origins(urls, credentials);
  const http = new Http(origins, { caPem, verifyTls: true }, DEFAULT_LIMITS);
  try {
    return await ask(new Client(http, origins, DEFAULT_LIMITS), new AbortController().signal);
  } finally {
    await http.close();
  }
};

/**
 * Every app and pod with its tasks, now, without following what becomes of them.
 * @throws SluiceError SETTINGS when the URLs cannot be used, and when none of the Marathons gave a whole list
 */
export const readOnce = async (where: Where): Promise<readonly ReadApp[]> =>
  once(where, async (client, signal) => {
    const apps = await client.readApps(signal);
    const pods = await client.readPods(signal);
    return [...apps, ...(pods.kind === 'pods' ? pods.read : [])];
  });

/** Every app as Marathon answered it, with fields that Sluice does not read. @throws SluiceError as above */
export const readRawOnce = async (where: Where): Promise<readonly unknown[]> =>
  once(where, async (client, signal) => client.readRawApps(signal));
