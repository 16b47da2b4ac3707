import { z } from 'zod';
import { SluiceError } from './kit/error.ts';
import { isLoopback } from './kit/ip-address.ts';

/** `host:port`, `[v6]:port` or `off`. */
const listen = z.string().transform((text, context) => {
  // Not undefined: zod puts the default in its place.
  if (text === 'off') return null;
  const match = /^(?:\[([0-9a-f:]+)\]|([^:[\]]+)):(\d{1,5})$/i.exec(text);
  const number = Number(match?.[3]);
  if (match === null || number > 65535) {
    context.addIssue({ code: 'custom', message: "must be HOST:PORT, e.g. 127.0.0.1:9092, or 'off'" });
    return z.NEVER;
  }
  return { host: match[1] ?? match[2] ?? '', port: number };
});

/** What others may do with the socket is not the operator's to give: to connect is to be let do all. */
const socketMode = z
  .string()
  .regex(/^0?6[06]0$/, 'must be 600 (its owner) or 660 (its owner and its group)')
  .transform((text) => Number.parseInt(text, 8));

/** Flags of the control API: a part of those of `run`. */
export const API_FLAGS = {
  apiListen: listen.default({ host: '127.0.0.1', port: 9092 }),
  apiSocketMode: socketMode.default(0o600),
  apiSocketGroup: z.string().min(1).optional(),
  apiTokenFile: z.string().optional(),
  apiTlsCert: z.string().optional(),
  apiTlsKey: z.string().optional(),
  apiClientCa: z.string().optional(),
  apiWriteCn: z.array(z.string().min(1)).optional(),
};

type ApiFlags = z.infer<z.ZodObject<typeof API_FLAGS>>;

/** Where the control API listens, and whom it lets in. Files are named here, and read where they are used. */
export interface ApiSettings {
  readonly socket: string;
  readonly socketAccess: { readonly mode: number; readonly group: string | undefined };
  readonly listen: { readonly host: string; readonly port: number } | undefined;
  readonly tokenFile: string | undefined;
  readonly tls: { readonly cert: string; readonly key: string; readonly clientCa: string | undefined } | undefined;
  /** Common names of client certificates that may write. */
  readonly writeNames: readonly string[];
}

const problemsOf = ({ apiListen, apiTokenFile, apiTlsCert, apiTlsKey, apiClientCa, apiWriteCn }: ApiFlags): readonly string[] => [
  ...((apiTlsCert === undefined) === (apiTlsKey === undefined) ? [] : ['--api-tls-cert and --api-tls-key go together: give both']),
  ...(apiClientCa !== undefined && apiTlsCert === undefined
    ? ['--api-client-ca needs TLS, where client certificates are shown: give --api-tls-cert and --api-tls-key']
    : []),
  ...(apiWriteCn !== undefined && apiClientCa === undefined ? ['--api-write-cn names client certificates: give --api-client-ca too'] : []),
  ...(apiListen !== null && !isLoopback(apiListen.host) && apiTokenFile === undefined && apiClientCa === undefined
    ? [
        `--api-listen ${apiListen.host}: others reach this address, and nobody would be asked who he is: give --api-token-file, or --api-client-ca with --api-tls-cert and --api-tls-key; or listen on 127.0.0.1`,
      ]
    : []),
];

/** Throws a SluiceError SETTINGS that tells all that is wrong. */
export const apiSettings = (flags: ApiFlags, socket: string): ApiSettings => {
  const problems = problemsOf(flags);
  if (problems.length > 0) throw new SluiceError('SETTINGS', problems.join('; '));
  const { apiTlsCert: cert, apiTlsKey: key, apiClientCa: clientCa } = flags;
  return {
    socket,
    socketAccess: { mode: flags.apiSocketMode, group: flags.apiSocketGroup },
    listen: flags.apiListen ?? undefined,
    tokenFile: flags.apiTokenFile,
    tls: cert === undefined || key === undefined ? undefined : { cert, key, clientCa },
    writeNames: flags.apiWriteCn ?? [],
  };
};
