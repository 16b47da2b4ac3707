import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { messageOf } from '../kit/error.ts';
import { socketIn } from '../settings.ts';
import type { Target } from './client.ts';
import { EXIT, ExitError } from './exit-codes.ts';

/** Flags of the verbs that ask a running Sluice, as commander hands them over. */
export interface TargetFlags {
  readonly runDir: string;
  readonly json?: boolean;
  readonly api?: string;
  readonly apiTokenFile?: string;
  readonly apiCa?: string;
  readonly apiCert?: string;
  readonly apiKey?: string;
}

const url = (text: string): string => {
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? '')) throw new InvalidArgumentError('must be a URL such as http://127.0.0.1:9092');
  return text;
};

/** Flags of the verbs that ask a running Sluice. */
export const addTargetFlags = (command: Command): Command =>
  command
    .addOption(new Option('--run-dir <folder>', 'run directory of the Sluice to ask').env('SLUICE_RUN_DIR').default('/run/sluice'))
    .addOption(
      new Option('--api <url>', 'address of its API, in place of the socket in the run directory').env('SLUICE_API').argParser(url),
    )
    .option('--api-token-file <file>', 'token for --api, on the first line; without it the one in SLUICE_API_TOKEN')
    .option('--api-ca <file>', "CA certificates (PEM) that sign that of --api; without it the system's")
    .option('--api-cert <file>', 'client certificate for --api (PEM)')
    .option('--api-key <file>', 'its key (PEM)')
    .option('--json', 'print JSON');

const read = (flag: string, path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ExitError(EXIT.usage, `${flag}: ${path} cannot be read: ${messageOf(error)}`);
  }
};

/** Where TLS is given no CA it trusts all that the system trusts. */
const readCa = (path: string): string => {
  const ca = read('--api-ca', path);
  if (!ca.includes('-----BEGIN CERTIFICATE-----')) throw new ExitError(EXIT.usage, `--api-ca: ${path} holds no certificate in PEM`);
  return ca;
};

/** Also from the file that Sluice itself has, with the role before each token. */
const tokenIn = (text: string, where: string): string => {
  const line = text.split('\n').find((one) => !/^\s*(#|$)/.test(one));
  const token = line?.trim().replace(/^(read|write)\s+/, '') ?? '';
  // Told without what it holds.
  if (!/^[\x21-\x7e]+$/.test(token)) throw new ExitError(EXIT.usage, `${where} holds no token: it must be one word of ASCII`);
  return token;
};

const tokenOf = (file: string | undefined): string | undefined => {
  if (file !== undefined) return tokenIn(read('--api-token-file', file), `--api-token-file ${file}`);
  const given = process.env['SLUICE_API_TOKEN'] ?? '';
  return given === '' ? undefined : tokenIn(given, 'SLUICE_API_TOKEN');
};

/** Where the flags lead. Throws an ExitError `usage` where a file of them cannot be read. */
export const targetOf = ({ runDir, api, apiTokenFile, apiCa, apiCert, apiKey }: TargetFlags): Target => {
  const socket = socketIn(runDir);
  if (api === undefined) return { socket };
  if ((apiCert === undefined) !== (apiKey === undefined))
    throw new ExitError(EXIT.usage, '--api-cert and --api-key go together: give both');
  const token = tokenOf(apiTokenFile);
  return {
    socket,
    url: api,
    ...(token === undefined ? {} : { token }),
    tls: {
      ...(apiCa === undefined ? {} : { ca: readCa(apiCa) }),
      ...(apiCert === undefined ? {} : { cert: read('--api-cert', apiCert) }),
      ...(apiKey === undefined ? {} : { key: read('--api-key', apiKey) }),
    },
  };
};
