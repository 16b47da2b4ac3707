/** What this HAProxy binary can change without a reload. Asked from the binary, see haproxy/capabilities.ts. */
export interface Capabilities {
  /** First line of `haproxy -v`, for people. */
  readonly version: string;
  /** `add backend NAME from DEFAULTS`, `publish backend`, `del backend` (3.4). */
  readonly addBackend: boolean;
  /** `add server` takes `cookie` (3.0 and later). */
  readonly cookieOnNewServer: boolean;
  /** A frontend may have the name of a backend: neither refused (3.3 and later) nor warned of (3.2) by `haproxy -c`. */
  readonly sameNames: boolean;
  /** `http-request set-timeout client` in a `defaults` section for backends (3.0 and later). */
  readonly clientTimeout: boolean;
}
