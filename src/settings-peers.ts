import { z } from 'zod';

/** Who the other Sluices are that send to the same apps. */
export type PeersSettings =
  /** The other tasks of this Sluice's own app in Marathon. */
  | { readonly kind: 'auto' }
  /** This one is alone. */
  | { readonly kind: 'off' }
  /** Base URLs of their statistics ports; this one's own may be among them. */
  | { readonly kind: 'urls'; readonly urls: readonly string[] };

/** Who this Sluice is among the tasks of its own app. */
export interface OwnTask {
  /** MARATHON_APP_ID. */
  readonly appId: string;
  /** MESOS_TASK_ID. */
  readonly taskId: string;
}

/** undefined: it does not run in Marathon. */
export const ownTask = (environment: Readonly<Record<string, string | undefined>>): OwnTask | undefined => {
  const { MARATHON_APP_ID: appId = '', MESOS_TASK_ID: taskId = '' } = environment;
  return appId === '' || taskId === '' ? undefined : { appId, taskId };
};

/** The origin of a URL that is nothing but that; undefined: it is more, or none. */
const originOf = (text: string): string | undefined => {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  const isBare = url.username === '' && url.password === '' && url.pathname === '/' && url.search === '' && url.hash === '';
  return isBare ? url.origin : undefined;
};

const read = (text: string): PeersSettings | undefined => {
  if (text === 'auto' || text === 'off') return { kind: text };
  const urls = text.split(',').map((one) => originOf(one.trim()));
  return urls.every((url) => url !== undefined) ? { kind: 'urls', urls: [...new Set(urls)] } : undefined;
};

export const PEERS_FLAG = z
  .string()
  .default('auto')
  .transform((text, context) => {
    const settings = read(text);
    if (settings !== undefined) return settings;
    context.addIssue({
      code: 'custom',
      message:
        'must be auto, off, or URLs of statistics ports with commas between, such as http://edge-2.example.com:9090 (their password is that of --stats-auth-file)',
    });
    return z.NEVER;
  });
