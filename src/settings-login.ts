import { createPrivateKey } from 'node:crypto';
import { z } from 'zod';
import { SluiceError } from './kit/error.ts';
import { isLoopback } from './kit/ip-address.ts';
import { readText } from './settings-file.ts';

type Environment = Readonly<Record<string, string | undefined>>;

interface UserAndPassword {
  readonly user: string;
  readonly password: string;
}

interface ServiceAccount {
  readonly uid: string;
  readonly privateKey: string;
  readonly loginEndpoint: string;
}

interface VaultSecret {
  readonly secretUrl: string;
  readonly token: string;
  readonly caPem?: string;
}

/** How Marathon is told who asks: at once, or by who gives that. */
export type MarathonLogin = UserAndPassword | ServiceAccount | VaultSecret;

interface LoginFlags {
  readonly marathonAuthCredentialFile?: string | undefined;
  readonly authCredentials?: string | undefined;
  readonly dcosAuthCredentials?: string | undefined;
}

/** None of these messages holds what is wrong: it may be a secret. */
const userAndPassword = (from: string, text: string): UserAndPassword => {
  const colon = text.indexOf(':');
  if (colon < 1 || text.includes(':', colon + 1)) throw new SluiceError('CREDENTIALS', `${from} must be USER:PASSWORD with one colon`);
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
};

/** First line of the file; an empty one means none. */
const inFile = (path: string): UserAndPassword | undefined => {
  const flag = '--marathon-auth-credential-file';
  const line = readText(flag, path).split('\n')[0]?.trim() ?? '';
  return line === '' ? undefined : userAndPassword(`${flag}: the first line of ${path}`, line);
};

const accountSchema = z.object({
  uid: z.string().min(1),
  private_key: z.string(),
  login_endpoint: z.string().refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? '')),
  scheme: z.literal('RS256').optional(),
});

const isRsaKey = (pem: string): boolean => {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // The schema says what it should be; the parser's message would tell what it is.
    return undefined;
  }
};

const serviceAccount = (text: string): ServiceAccount => {
  const from = '--dcos-auth-credentials (or DCOS_SERVICE_ACCOUNT_CREDENTIAL)';
  const { data, error } = accountSchema.safeParse(parseJson(text));
  if (error !== undefined) {
    const wrong = [...new Set(error.issues.map(({ path }) => String(path[0] ?? '')))].filter((name) => name !== '');
    const told = wrong.length === 0 ? 'it is no JSON object' : `wrong or missing: ${wrong.join(', ')}`;
    throw new SluiceError(
      'SETTINGS',
      `${from} must be the JSON of a service account, with uid, private_key, login_endpoint (a URL) and, if at all, scheme RS256: ${told}`,
    );
  }
  // Who wrote the JSON by hand may have escaped line breaks once too often.
  const privateKey = data.private_key.replaceAll('\\n', '\n');
  if (!isRsaKey(privateKey)) throw new SluiceError('SETTINGS', `${from}: private_key is no RSA key in PEM`);
  return { uid: data.uid, privateKey, loginEndpoint: data.login_endpoint };
};

const inEnvironment = ({ MARATHON_USER: user = '', MARATHON_PASSWORD: password = '' }: Environment): UserAndPassword | undefined =>
  user === '' || password === '' ? undefined : { user, password };

/** Vault's token goes there: to nobody who listens on the way. */
const secretUrl = (text: string, from: string): string => {
  const url = URL.parse(text);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))) return url.href;
  throw new SluiceError('SETTINGS', `${from} must lead to Vault by https, as https://vault.example.com:8200/v1/secret/marathon`);
};

const NEEDED = ['VAULT_TOKEN', 'VAULT_HOST', 'VAULT_PORT', 'VAULT_PATH'] as const;

const missingForVault = (environment: Environment): readonly string[] => NEEDED.filter((name) => (environment[name] ?? '') === '');

/** `v1` stands before each path of Vault's API, and not everybody writes it. */
const urlOfParts = ({ VAULT_HOST: host = '', VAULT_PORT: port = '', VAULT_PATH: path = '' }: Environment): string =>
  `https://${host}:${port}/v1/${path.replace(/^\/*(v1\/+)?/, '')}`;

const inVault = (environment: Environment): VaultSecret | undefined => {
  if (missingForVault(environment).length > 0) return undefined;
  const { VAULT_TOKEN: token = '', VAULT_URL: url = '', VAULT_CACERT: ca = '' } = environment;
  return {
    token,
    secretUrl: url === '' ? secretUrl(urlOfParts(environment), 'VAULT_HOST and VAULT_PORT') : secretUrl(url, 'VAULT_URL'),
    ...(ca === '' ? {} : { caPem: readText('VAULT_CACERT', ca) }),
  };
};

const given = (text: string | undefined): string | undefined => (text === '' ? undefined : text);

/**
 * As Marathon-LB: the file, then user and password of the flag, of the environment, of Vault, then DC/OS. A file that is given counts, also where it is empty.
 * @throws SluiceError CREDENTIALS where it is not USER:PASSWORD, SETTINGS
 */
export const loginOf = (flags: LoginFlags, environment: Environment): MarathonLogin | undefined => {
  const file = given(flags.marathonAuthCredentialFile);
  if (file !== undefined) return inFile(file);
  const inline = given(flags.authCredentials);
  if (inline !== undefined) return userAndPassword('--auth-credentials', inline);
  const account = given(flags.dcosAuthCredentials);
  return inEnvironment(environment) ?? inVault(environment) ?? (account === undefined ? undefined : serviceAccount(account));
};

/** What of it was meant, as it seems, and has no effect. */
export const loginNotes = (environment: Environment): readonly string[] => {
  const { MARATHON_USER: user = '', MARATHON_PASSWORD: password = '', VAULT_TOKEN: token = '' } = environment;
  const missing = missingForVault(environment);
  return [
    ...((user === '') === (password === '') ? [] : ['MARATHON_USER and MARATHON_PASSWORD go together: one alone has no effect']),
    ...(token === '' || missing.length === 0 ? [] : [`VAULT_TOKEN has no effect without ${missing.join(' and ')}`]),
  ];
};
