import { shown } from '../kit/shown.ts';
import { bindWordsRefusal } from '../pieces/entitlement/bind-words.ts';
import { copyOf } from './certificate-names.ts';
import type { Bind } from './desired.ts';
import type { BuildOptions } from './options.ts';
import type { Context, PortDraft } from './port-draft.ts';

/** Why there is no bind: the label that is to blame, and a sentence without its name. */
export interface WrongBind {
  readonly label: 'SSL_CERT' | 'BIND_OPTIONS';
  readonly message: string;
}

/** Whether a label may name this file: an operator has said so, of it or of a folder above it. */
export const isAllowed = (path: string, { appFiles = [] }: BuildOptions): boolean =>
  appFiles.some((allowed) => path === allowed || (path.startsWith(`${allowed}/`) && !/\/\./.test(path)));

const wrongFile = (path: string): string =>
  `names the file ${shown(path)}: apps may name those of --ssl-certs and --app-certs only, and the port is not opened`;

const NAMES_FILE: ReadonlySet<string> = new Set(['crt', 'ca-file', 'ca-verify-file', 'crl-file']);

export const isFileIn = (words: readonly string[], at: number): boolean => NAMES_FILE.has(words[at - 1] ?? '');

const filesIn = (words: readonly string[]): readonly string[] => words.filter((_, at) => isFileIn(words, at));

/** File -> HAProxy's own copy of it; none, where it is to read them where they are. */
export const copiesOf = (files: readonly string[], { certificates }: BuildOptions): ReadonlyMap<string, string> =>
  new Map(certificates === 'list' ? files.map((file) => [file, copyOf(file)]) : []);

/** The files that the draft's labels name, by where they are. */
export const withMovedFiles = (draft: PortDraft, { options: { movedFiles } }: Context): PortDraft => {
  if (movedFiles === undefined || movedFiles.size === 0) return draft;
  const { sslCert, bindOptions } = draft.settings;
  const placeOf = (path: string): string => movedFiles.get(path) ?? path;
  const words = bindOptions.map((word, at) => (isFileIn(bindOptions, at) ? placeOf(word) : word));
  return { ...draft, settings: { ...draft.settings, sslCert: sslCert.map(placeOf), bindOptions: words } };
};

const wrongWords = (words: readonly string[], draft: PortDraft, { options }: Context): string | undefined => {
  const files = filesIn(words);
  const notAllowed = files.find((file) => !isAllowed(file, options));
  if (notAllowed !== undefined) return wrongFile(notAllowed);
  const { name: backend, servicePort, mode } = draft;
  const refusal = bindWordsRefusal(words, { backend, servicePort, mode, folders: [], files: [], bindFiles: files });
  return refusal === undefined ? undefined : `${refusal}: the port is not opened`;
};

const sslOf = ({ settings, mode }: PortDraft, placeOf: (path: string) => string): Bind['ssl'] => {
  if (settings.sslCert.length === 0) return undefined;
  const hasOwnAlpn = settings.bindOptions.some((word) => word === 'alpn' || word === 'no-alpn');
  return { certificates: settings.sslCert.map(placeOf), ...(mode === 'http' && !hasOwnAlpn ? { alpn: 'h2,http/1.1' } : {}) };
};

/** Files that the draft's labels name for its bind and may name. */
export const bindFiles = (draft: PortDraft, context: Context): readonly string[] => {
  const { sslCert, bindOptions } = withMovedFiles(draft, context).settings;
  return [...sslCert, ...filesIn(bindOptions)].filter((path) => isAllowed(path, context.options));
};

/** Why there must be no bind as the labels ask for it; undefined: there may. */
export const wrongBind = (asLabelled: PortDraft, context: Context): WrongBind | undefined => {
  const draft = withMovedFiles(asLabelled, context);
  const { sslCert, bindOptions } = draft.settings;
  const notAllowed = sslCert.find((path) => !isAllowed(path, context.options));
  const wrong = wrongWords(bindOptions, draft, context);
  if (wrong !== undefined) return { label: 'BIND_OPTIONS', message: wrong };
  return notAllowed === undefined ? undefined : { label: 'SSL_CERT', message: wrongFile(notAllowed) };
};

/** Where the service port of a draft is listened on, and how; or why it must not be. */
export const serviceBind = (asLabelled: PortDraft, context: Context): Bind | WrongBind => {
  const wrong = wrongBind(asLabelled, context);
  if (wrong !== undefined) return wrong;
  const draft = withMovedFiles(asLabelled, context);
  const { settings, servicePort } = draft;
  const { options } = context;
  const files = bindFiles(draft, context);
  const copies = copiesOf(files, options);
  const placeOf = (path: string): string => copies.get(path) ?? path;
  const ssl = sslOf(draft, placeOf);
  return {
    address: settings.bindAddress ?? options.bindAddress,
    port: servicePort,
    ...(ssl === undefined ? {} : { ssl }),
    ...(settings.bindOptions.length === 0
      ? {}
      : { options: settings.bindOptions.map((word, at) => (isFileIn(settings.bindOptions, at) ? placeOf(word) : word)) }),
    ...(files.length === 0 ? {} : { files }),
  };
};
