import { SluiceError } from '../kit/error.ts';

/** One complaint of HAProxy about its configuration. */
export interface Diagnostic {
  readonly severity: 'alert' | 'warning' | 'notice';
  /** Path as HAProxy printed it, and 1-based line. Some complaints at the end of parsing have neither. */
  readonly file?: string;
  readonly line?: number;
  /** Frontend or backend. */
  readonly proxy?: string;
  readonly server?: string;
  /** Without head and location; continuation lines included. */
  readonly message: string;
}

const HEAD = /^\[(ALERT|WARNING|NOTICE)\]\s+\(\d+\)\s*:\s*(?:config\s*:\s*)*/;
const LOCATION = /^(?:parsing\s*)?\[([^[\]\s]+):(\d+)\]\s*:?\s*/i;
const SERVER = /'server ([^/'\s]+)\/([^/'\s]+)'/;
const PROXY = /\b(?:proxy|backend|frontend|listen)\s+'([^']+)'/i;
/** What follows from complaints that were already made. */
const SUMMARY = /^(?:Error\(s\) found in|too many fatal errors|Fatal errors found in|Some warnings were found|Configuration file is valid)/;

const SEVERITIES = { ALERT: 'alert', WARNING: 'warning', NOTICE: 'notice' } as const;

const toDiagnostic = (entry: string): Diagnostic | undefined => {
  const head = HEAD.exec(entry);
  if (head === null) return undefined;
  const text = entry.slice(head[0].length);
  const [place, file, line] = LOCATION.exec(text) ?? [''];
  const message = text.slice(place.length);
  if (SUMMARY.test(message)) return undefined;
  const [, serverProxy, server] = SERVER.exec(message) ?? [];
  const proxy = serverProxy ?? PROXY.exec(message)?.[1];
  return {
    severity: SEVERITIES[head[1] as keyof typeof SEVERITIES],
    ...(file === undefined ? {} : { file, line: Number(line) }),
    ...(proxy === undefined ? {} : { proxy }),
    ...(server === undefined ? {} : { server }),
    message,
  };
};

/** Complaints in what HAProxy printed. A line that starts with white space belongs to the one before it. */
export const parseDiagnostics = (output: string): readonly Diagnostic[] =>
  output
    .split(/\n(?=\[)/)
    .map((entry) => toDiagnostic(entry.trimEnd()))
    .filter((diagnostic) => diagnostic !== undefined);

export const describeDiagnostic = ({ file, line, message }: Diagnostic): string =>
  `${file === undefined ? '' : `${file.split('/').at(-1) ?? ''}:${line ?? '?'}: `}${message.split('\n')[0] ?? ''}`;

/** It stops at some errors at once, and at the fiftieth of a file. When it has come to the end it says so. */
const isCutShort = (output: string): boolean =>
  !output.includes('Fatal errors found in configuration') || output.includes('too many fatal errors');

/** HAProxy refuses a configuration: what it said, by place. */
export class ConfigRefused extends SluiceError {
  readonly diagnostics: readonly Diagnostic[];
  /** There may be more to complain of: HAProxy did not read on. */
  readonly isCutShort: boolean;

  constructor(diagnostics: readonly Diagnostic[], output: string) {
    const alerts = diagnostics.filter(({ severity }) => severity === 'alert');
    super(
      'HAPROXY_REFUSED_CONFIG',
      `HAProxy refuses the configuration: ${alerts.map(describeDiagnostic).join('; ') || output.trim().slice(-500)}`,
    );
    this.diagnostics = diagnostics;
    this.isCutShort = isCutShort(output);
  }
}
