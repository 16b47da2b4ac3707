import { bindOptionsOf, type OptionWords } from './bind-option-words.ts';
import type { Context, PortDraft } from './port-draft.ts';
import { copiesOf, isAllowed, isFileIn, wrongBind, withMovedFiles } from './service-bind.ts';

/** What a port wants for one of its hosts on the https frontend besides routes. */
export interface HostTlsClaim {
  /** 'shop.example' or '*.example'. */
  readonly host: string;
  /** Paths as apps name them. */
  readonly certificates: readonly string[];
  /** With copies for files. */
  readonly options: readonly OptionWords[];
  /** Paths of files in options. */
  readonly files: readonly string[];
  /** Its options cannot be had: nobody knows whom they would have kept out. */
  readonly isWrong?: true;
  /** Certificates are meant for another host: only those that hold this one's name are for it. */
  readonly mustFit?: true;
}

/** Who reaches a host: who made the handshake for it; who has shown a certificate then, too; nobody. */
export type Guard = 'name' | 'shown' | 'shut';

/** `options`: by which it is decided who has shown what; whoever came in by others has shown nothing. */
export type GuardedHost = readonly [host: string, guard: Guard, options: string];

/** What the https frontend has for one host. */
export interface HostTls {
  /** Paths as apps name them; empty: those of --ssl-certs that fit. */
  readonly certificates: readonly string[];
  /** Options of the line in the list; '' = none. */
  readonly options: string;
  /** Of the certificates only those that hold its name are for it. */
  readonly mustFit?: true;
}

/** For all hosts of a port. `untold`: words of BIND_OPTIONS that have no place there. */
export const hostTls = (asLabelled: PortDraft, context: Context): Omit<HostTlsClaim, 'host'> & { readonly untold: readonly string[] } => {
  const { options } = context;
  const { sslCert, bindOptions } = withMovedFiles(asLabelled, context).settings;
  const certificates = sslCert.filter((path) => isAllowed(path, options));
  if (options.groupHttpsByVhost !== true) return { certificates, options: [], files: [], untold: [] };
  const wrong = wrongBind(asLabelled, context);
  if (wrong?.label === 'BIND_OPTIONS') return { certificates, options: [], files: [], untold: [], isWrong: true };
  const { taken, left } = bindOptionsOf(bindOptions);
  const files = taken.flatMap((words) => words.filter((_, at) => isFileIn(words, at)));
  const copies = copiesOf(files, options);
  return { certificates, options: taken.map((words) => words.map((word) => copies.get(word) ?? word)), files, untold: left };
};
