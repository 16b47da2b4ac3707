import { Agent } from 'undici';
import type { ServiceAccount, VaultSecret } from '../options.ts';
import type { Way } from './ask.ts';
import { loginAtDcos } from './dcos.ts';
import { Login } from './login.ts';
import { readFromVault } from './vault.ts';

/** @param way as Marathon is asked: DC/OS has its own authority for both */
export const openLogin = (credentials: ServiceAccount | VaultSecret, way: Way, connectMs: number): Login => {
  if ('uid' in credentials) return new Login({ obtain: async () => loginAtDcos(credentials, way) });
  const { caPem } = credentials;
  // Asked once as a rule: no connection is kept.
  const dispatcher = new Agent({ pipelining: 0, connect: { timeout: connectMs, ...(caPem === undefined ? {} : { ca: caPem }) } });
  return new Login({ obtain: async () => readFromVault(credentials, { ...way, dispatcher }) });
};
