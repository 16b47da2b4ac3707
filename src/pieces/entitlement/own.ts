/** What the text of an app may name: its own, and nothing of anybody else. */
export interface Own {
  /** Name of its backend, and of the frontend of its service port in the text. */
  readonly backend: string;
  readonly servicePort: number;
  readonly mode: 'http' | 'tcp';
  /** Folders, relative to HAProxy's configuration, whose files it may name: 'templates'. */
  readonly folders: readonly string[];
  /** Single files beside these, as its other labels were allowed them. */
  readonly files: readonly string[];
  /** Files that the options of its bind may name, and nothing else: there are keys among them. */
  readonly bindFiles?: readonly string[];
  /** The server that BACKEND_SERVER_OPTIONS is read for. */
  readonly server?: { readonly name: string; readonly id: number; readonly address: string };
}
