import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { pino } from 'pino';
import { type Api, type ApiOptions, openApi } from '../../src/api/server.ts';
import type { Limits } from '../../src/api/listener.ts';
import type { Views } from '../../src/report/views.ts';
import { lastly } from './lastly.ts';
import { tempFolder } from './temp-folder.ts';

export interface OpenApiOptions extends Partial<ApiOptions> {
  /** Where its socket is, as sluice.sock; a folder of its own by default. */
  readonly folder?: string;
  readonly limits?: Limits;
  /** What there is to tell. Nothing by default: a Sluice that starts. */
  readonly views?: () => Views | undefined;
}

/** An API alone, without anything behind it, until the test ends; on 127.0.0.1 too. */
export const openApiFor = async (t: TestContext, options: OpenApiOptions = {}): Promise<Api & { readonly folder: string }> => {
  const { folder: given, limits, views = () => undefined, ...own } = options;
  const { path, remove } = tempFolder();
  lastly(t, remove);
  const folder = given ?? path;
  const api = await openApi(
    {
      socket: join(folder, 'sluice.sock'),
      socketAccess: { mode: 0o600, group: undefined },
      listen: { host: '127.0.0.1', port: 0 },
      tokenFile: undefined,
      tls: undefined,
      writeNames: [],
      ...own,
    },
    views,
    pino({ level: 'silent' }),
    limits,
  );
  lastly(t, api.close);
  return { ...api, folder };
};
