import { z } from 'zod';
import type { MastersConfig } from './dns/mesos-dns-config/config.ts';
import { parseMesosDnsConfig } from './dns/mesos-dns-config/parse.ts';
import { SluiceError } from './kit/error.ts';
import { readText } from './settings-file.ts';

/** Flags about Mesos itself, which is asked for names in DNS alone: a part of those of `run`. */
export const MESOS_FLAGS = {
  mesosMaster: z.union([z.string(), z.array(z.string())]).optional(),
  mesosAuthCredentialFile: z.string().min(1).optional(),
  mesosIamConfig: z.string().min(1).optional(),
  mesosCaCert: z.string().min(1).optional(),
  mesosHttps: z.boolean().optional(),
  mesosRefresh: z.coerce.number({ error: 'must be a number of seconds, 1 or more' }).int().min(1).max(86_400).optional(),
};

type MesosFlags = z.infer<z.ZodObject<typeof MESOS_FLAGS>>;

/** A cluster that is not busy has changed little by then; where Mesos streams its events nothing waits for this. */
const DEFAULT_REFRESH_SECONDS = 10;

/** The list of ZooKeeper's servers has commas too: where one is given it is alone. */
const wordsOf = (given: string | readonly string[]): readonly string[] =>
  [given]
    .flat()
    .flatMap((text) => (text.startsWith('zk://') || text.startsWith('file://') ? [text] : text.split(',').map((word) => word.trim())));

/** Never in a message: it is a secret. */
const credentialsIn = (path: string): { readonly principal: string; readonly secret: string } => {
  const flag = '--mesos-auth-credential-file';
  const line = readText(flag, path).split(/\r?\n/)[0]?.trim() ?? '';
  const colon = line.indexOf(':');
  if (colon < 1) throw new SluiceError('CREDENTIALS', `${flag}: the first line of ${path} must be PRINCIPAL:SECRET`);
  return { principal: line.slice(0, colon), secret: line.slice(colon + 1) };
};

/**
 * undefined: Mesos is not asked. Mesos-DNS's rules are the rules here, so its words are in the messages.
 * @throws SluiceError SETTINGS or CREDENTIALS
 */
export const mesosSettings = (flags: MesosFlags): MastersConfig | undefined => {
  const { mesosMaster: given, mesosAuthCredentialFile: file, mesosIamConfig: iam, mesosCaCert: ca } = flags;
  if (given === undefined) {
    const without = [file, iam, ca, flags.mesosHttps, flags.mesosRefresh].some((value) => value !== undefined);
    if (without)
      throw new SluiceError(
        'SETTINGS',
        '--mesos-... flags are about masters, and none is given: give --mesos-master HOST:PORT or zk://...',
      );
    return undefined;
  }
  const words = wordsOf(given);
  const detection = words.filter((word) => word.includes('://'));
  if (detection.length > 1) throw new SluiceError('SETTINGS', '--mesos-master: give one zk:// or file:// at most');
  const values = {
    ...{ zk: detection[0] ?? '', masters: words.filter((word) => !word.includes('://')) },
    refreshSeconds: flags.mesosRefresh ?? DEFAULT_REFRESH_SECONDS,
    mesosHTTPSOn: flags.mesosHttps ?? ca !== undefined,
    caCertFile: ca ?? '',
    ...(file === undefined ? {} : { mesosAuthentication: 'basic', mesosCredentials: credentialsIn(file) }),
    ...(iam === undefined ? {} : { mesosAuthentication: 'iam', iamConfigFile: iam }),
  };
  return parseMesosDnsConfig('--mesos-master and its like', JSON.stringify(values), (path) => readText('--mesos-master', path)).value.mesos;
};
