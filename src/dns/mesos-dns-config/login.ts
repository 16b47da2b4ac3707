import { createPrivateKey, X509Certificate } from 'node:crypto';
import { messageOf } from '../../kit/error.ts';
import { shown } from '../../kit/shown.ts';
import type { Values } from './keys.ts';
import { entriesOf } from './reader.ts';

/** How masters are told who asks. */
export type MasterLogin =
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | { readonly kind: 'iam'; readonly uid: string; /** RSA, PEM. */ readonly privateKey: string; readonly loginEndpoint: string };

/** Masters, and the login endpoint, are asked by https. */
export interface MasterTls {
  /** Authorities in place of the system's, PEM. */
  readonly caPem?: string;
  readonly client?: { readonly certPem: string; readonly keyPem: string };
  readonly verifies: boolean;
}

/** What a file holds; throws where it cannot be read. */
export type ReadFile = (path: string) => string;

/** Gathers what is wrong: a value is undefined then. */
export interface Findings {
  readonly problems: string[];
  readonly warnings: string[];
}

const contents = (key: string, path: string, readFile: ReadFile, { problems }: Findings): string | undefined => {
  try {
    return readFile(path);
  } catch (error) {
    problems.push(`${key}: ${shown(path)} cannot be read: ${messageOf(error)}`);
    return undefined;
  }
};

const works = (work: () => unknown): boolean => {
  try {
    work();
    return true;
  } catch {
    // Messages of OpenSSL tell nothing that helps, and keys are secret.
    return false;
  }
};

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const hasCertificates = (pem: string): boolean => {
  const blocks = pem.match(CERTIFICATE) ?? [];
  return blocks.length > 0 && blocks.every((block) => works(() => new X509Certificate(block)));
};

const authorities = ({ CACertFile: path }: Values, readFile: ReadFile, findings: Findings): string | undefined => {
  const pem = path === '' ? undefined : contents('caCertFile', path, readFile, findings);
  if (pem === undefined || hasCertificates(pem)) return pem;
  findings.problems.push(`caCertFile: ${shown(path)} holds no certificates in PEM, or a broken one`);
  return undefined;
};

const client = ({ CertFile, KeyFile }: Values, readFile: ReadFile, findings: Findings): MasterTls['client'] => {
  if (CertFile === '' && KeyFile === '') return undefined;
  if (CertFile === '' || KeyFile === '') {
    findings.problems.push('certFile and keyFile go together: give both or neither');
    return undefined;
  }
  const certPem = contents('certFile', CertFile, readFile, findings);
  const keyPem = contents('keyFile', KeyFile, readFile, findings);
  if (certPem === undefined || keyPem === undefined) return undefined;
  if (!hasCertificates(certPem)) findings.problems.push(`certFile: ${shown(CertFile)} holds no certificate in PEM`);
  if (!works(() => createPrivateKey(keyPem)))
    findings.problems.push(`keyFile: ${shown(KeyFile)} holds no private key in PEM without a password`);
  return { certPem, keyPem };
};

/**
 * Undefined: http. The files are looked at all the same, as by Mesos-DNS. Without `caCertFile` Mesos-DNS trusted whoever answered; Sluice verifies
 * against the system's authorities, unless the file says `"mesosTLSVerify": false`.
 */
export const tlsOf = (values: Values, verifies: boolean, readFile: ReadFile, findings: Findings): MasterTls | undefined => {
  const caPem = authorities(values, readFile, findings);
  const both = client(values, readFile, findings);
  if (!values.MesosHTTPSOn) return undefined;
  if (!verifies) findings.warnings.push('mesosTLSVerify is false: whoever answers in place of a master is believed');
  else if (values.CACertFile === '')
    findings.warnings.push(
      'mesosHTTPSOn without caCertFile: certificates of masters are verified against the system\'s authorities, which Mesos-DNS did not do; name your own in caCertFile, or turn verifying off with "mesosTLSVerify": false',
    );
  return { verifies, ...(caPem === undefined ? {} : { caPem }), ...(both === undefined ? {} : { client: both }) };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // What is wrong with it is told by what is missing; the parser's message might show the key.
    return undefined;
  }
};

const isRsa = (pem: string): boolean => works(() => createPrivateKey(pem)) && createPrivateKey(pem).asymmetricKeyType === 'rsa';

const iam = ({ IAMConfigFile: path }: Values, readFile: ReadFile, findings: Findings): MasterLogin | undefined => {
  const text = path === '' ? undefined : contents('iamConfigFile', path, readFile, findings);
  if (path === '') findings.problems.push('mesosAuthentication is iam, which needs iamConfigFile');
  if (text === undefined) return undefined;
  const account = Object.fromEntries(entriesOf(parseJson(text)) ?? []);
  const { uid, private_key: key, login_endpoint: endpoint } = account;
  const wrong = [
    ...(typeof uid === 'string' && uid !== '' ? [] : ['uid']),
    ...(typeof key === 'string' && isRsa(key) ? [] : ['private_key (RSA, in PEM)']),
    ...(typeof endpoint === 'string' && /^https?:$/.test(URL.parse(endpoint)?.protocol ?? '') ? [] : ['login_endpoint (a URL)']),
  ];
  if (wrong.length > 0 || typeof uid !== 'string' || typeof key !== 'string' || typeof endpoint !== 'string') {
    findings.problems.push(
      `iamConfigFile: ${shown(path)} must be JSON with uid, private_key and login_endpoint; wrong or missing: ${wrong.join(', ')}`,
    );
    return undefined;
  }
  return { kind: 'iam', uid, privateKey: key, loginEndpoint: endpoint };
};

const basic = ({ MesosCredentials: { principal, secret }, MesosHTTPSOn }: Values, findings: Findings): MasterLogin | undefined => {
  if (principal === '' && secret === '')
    findings.problems.push('mesosAuthentication is basic, which needs mesosCredentials: {principal, secret}');
  if (!MesosHTTPSOn) findings.warnings.push('mesosCredentials go to the masters readably: turn mesosHTTPSOn on where they can do https');
  return { kind: 'basic', user: principal, password: secret };
};

export const loginOf = (values: Values, readFile: ReadFile, findings: Findings): MasterLogin | undefined => {
  const { principal, secret } = values.MesosCredentials;
  switch (values.MesosAuthentication) {
    case 'basic':
      return basic(values, findings);
    case 'iam':
      return iam(values, readFile, findings);
    case '':
      if (principal !== '' || secret !== '')
        findings.warnings.push('mesosCredentials have no effect without "mesosAuthentication": "basic"');
      return undefined;
    default:
      findings.problems.push(`mesosAuthentication must be basic, iam or empty, and is ${shown(values.MesosAuthentication)}`);
      return undefined;
  }
};
