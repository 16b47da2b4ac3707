import { z } from 'zod';
import { basic } from '../basic.ts';
import type { VaultSecret } from '../options.ts';
import { ask, loginFailed, placeOf, type Way } from './ask.ts';
import type { Grant } from './login.ts';

const pairSchema = z.object({ user: z.string().min(1), pass: z.string() });
/** The second engine for keys and values puts what was written one level deeper. */
const secretSchema = z.object({ data: z.union([pairSchema, z.object({ data: pairSchema }).transform(({ data }) => data)]) });

/**
 * Marathon's user and password as Vault keeps them: `user` and `pass` of the secret.
 * @throws SluiceError LOGIN_FAILED
 */
export const readFromVault = async ({ secretUrl, token }: VaultSecret, way: Way): Promise<Grant> => {
  const headers = { 'x-vault-token': token, 'x-vault-request': 'true', accept: 'application/json' };
  const { status, body } = await ask('Vault', secretUrl, { method: 'GET', headers }, way);
  const where = `Vault at ${placeOf(secretUrl)} answered ${status}`;
  if (status === 403) throw loginFailed(`${where}: VAULT_TOKEN has ended, or may not read this secret.`);
  if (status !== 200) throw loginFailed(`${where}: check VAULT_PATH, or VAULT_URL; trying again.`);
  const secret = secretSchema.safeParse(body);
  if (!secret.success) throw loginFailed(`${where} with a secret that does not hold 'user' and 'pass'.`);
  // Good until Marathon refuses it: then it is read again, for somebody may have changed it.
  return { authorization: basic({ user: secret.data.data.user, password: secret.data.data.pass }), lifeMs: Infinity };
};
