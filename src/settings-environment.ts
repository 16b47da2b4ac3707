import { SluiceError } from './kit/error.ts';
import { loginNotes } from './settings-login.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A setting of the kernel, as `sysctl` names it. */
interface Sysctl {
  readonly name: string;
  readonly value: string;
}

/** What Marathon-LB's container was told by its environment. */
export interface EnvironmentSettings {
  /** The app that this load balancer is itself: it is not served. */
  readonly ownAppId: string | undefined;
  /** Certificates with their keys in PEM, by the variable that holds them, and the name of their file: HAPROXY_SSL_CERT3, cert3.pem. In Marathon-LB's order, behind those of --ssl-certs. */
  readonly certificates: readonly { readonly variable: string; readonly pem: string; readonly file: string }[];
  /** In place of HAProxy's default options; undefined: none are told. */
  readonly defaultOptions: readonly string[] | undefined;
  readonly sysctls: readonly Sysctl[];
  /** What cannot be set stops nothing. */
  readonly sysctlsMayFail: boolean;
  /** HAProxy's log was to go to standard output. */
  readonly accessLog: boolean;
  /** Marathon-LB's templates, as HAPROXY_HEAD. */
  readonly pieces: Environment;
  /** Where more of them are, in files of these names: what was fetched for this task. */
  readonly sandboxTemplates: string | undefined;
  /** What was given and has no effect, and why: to be told once. */
  readonly notes: readonly string[];
}

/** DC/OS names its services without a slash before, and others do not. */
const appIdOf = (name: string): string | undefined => (name === '' ? undefined : `/${name.replace(/^\/+/, '')}`);

const MOST_NUMBERED = 100;
const CERTIFICATES = ['HAPROXY_SSL_CERT', ...Array.from({ length: MOST_NUMBERED + 1 }, (_, n) => `HAPROXY_SSL_CERT${n}`)];

/** A variable has no line breaks where it comes out of JSON that somebody wrote by hand: there they are two characters. */
const certificatesIn = (environment: Environment): EnvironmentSettings['certificates'] =>
  CERTIFICATES.flatMap((variable) => {
    const text = environment[variable] ?? '';
    const pem = `${text.replaceAll('\\n', '\n').trimEnd()}\n`;
    return text === '' ? [] : [{ variable, pem, file: `${variable.replace('HAPROXY_SSL_', '').toLowerCase()}.pem` }];
  });

/** One line of HAProxy's configuration each: letters and dashes, as all its options are named, and plain words behind. */
const OPTION = /^[a-z][a-z0-9-]*(?: [\w.,:/-]+)*$/;

const optionsIn = (text: string): readonly string[] | undefined => {
  if (text === '') return undefined;
  const options = text.split(',').map((option) => option.trim().replaceAll(/[ \t]+/g, ' '));
  const named = [...new Set(options.filter((option) => option !== ''))].sort();
  const wrong = named.filter((option) => !OPTION.test(option));
  if (wrong.length > 0)
    throw new SluiceError(
      'SETTINGS',
      `HAPROXY_GLOBAL_DEFAULT_OPTIONS holds what is no option of HAProxy: ${wrong.map((option) => `'${option}'`).join(', ')}; give names with commas between, as redispatch,dontlognull`,
    );
  return named;
};

/** Nothing that leads out of the kernel's own folder. */
const SYSCTL = /^[A-Za-z0-9_]+(?:[./][A-Za-z0-9_-]+)+$/;

const sysctlsIn = (text: string): readonly Sysctl[] =>
  text
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => {
      const [name = '', ...value] = word.split('=');
      if (!SYSCTL.test(name) || value.join('=') === '')
        throw new SluiceError(
          'SETTINGS',
          `HAPROXY_SYSCTL_PARAMS: '${word}' must be NAME=VALUE, as net.core.somaxconn=10000, with spaces between several`,
        );
      return { name, value: value.join('=') };
    });

const NO_SOCKET = ['', '/dev/null'];

const notesOn = (environment: Environment): readonly string[] => [
  ...loginNotes(environment),
  ...(NO_SOCKET.includes(environment['SYSLOG_SOCKET'] ?? '')
    ? []
    : ['SYSLOG_SOCKET has no effect: the log goes to standard output, as JSON']),
];

/** None that is something else: keys of certificates are for nobody else. */
const piecesIn = (environment: Environment): Environment =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith('HAPROXY_') && !CERTIFICATES.includes(name)));

const sandboxTemplates = (sandbox: string): string | undefined => (sandbox === '' ? undefined : `${sandbox}/templates`);

/** Throws a SluiceError SETTINGS that names the variable. */
export const environmentSettings = (environment: Environment): EnvironmentSettings => ({
  ownAppId: appIdOf(environment['FRAMEWORK_NAME'] ?? ''),
  certificates: certificatesIn(environment),
  defaultOptions: optionsIn(environment['HAPROXY_GLOBAL_DEFAULT_OPTIONS'] ?? ''),
  sysctls: sysctlsIn(environment['HAPROXY_SYSCTL_PARAMS'] ?? ''),
  sysctlsMayFail: (environment['HAPROXY_SYSCTL_NONSTRICT'] ?? '') !== '',
  accessLog: (environment['HAPROXY_SYSLOGD'] ?? '') !== '',
  pieces: piecesIn(environment),
  sandboxTemplates: sandboxTemplates(environment['MESOS_SANDBOX'] ?? ''),
  notes: notesOn(environment),
});
