import { createPrivateKey, sign } from 'node:crypto';
import { z } from 'zod';
import type { ServiceAccount } from '../options.ts';
import { ask, loginFailed, placeOf, type Way } from './ask.ts';
import type { Grant } from './login.ts';

/** How long what proves who we are is good: it is used at once. */
const PROOF_SECONDS = 60;
/** Asked for. */
const TOKEN_SECONDS = 3600;
/** More than that between two clocks, and the proof is over or not yet good. */
const CLOCK_SECONDS = 30;
const COOKIE = 'dcos-acs-auth-cookie';

const tokenSchema = z.object({ token: z.string() });
const claimsSchema = z.object({ exp: z.number() });

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const proofOf = ({ uid, privateKey }: ServiceAccount, nowSeconds: number): string => {
  const said = `${base64url({ alg: 'RS256', typ: 'JWT' })}.${base64url({ uid, exp: nowSeconds + PROOF_SECONDS })}`;
  return `${said}.${sign('sha256', Buffer.from(said), createPrivateKey(privateKey)).toString('base64url')}`;
};

const inCookie = (header: string | string[] | undefined): string | undefined =>
  [header ?? []].flat().flatMap((cookie) => new RegExp(`^${COOKIE}=([^;]+)`).exec(cookie)?.[1] ?? [])[0];

/** How long it is good: as was asked for, or less where it says so itself. One that says it is over means that the clocks differ. */
const lifeOf = (token: string, nowSeconds: number): number => {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const left = claimsSchema.parse(claims).exp - nowSeconds;
    return left > 0 ? Math.min(left, TOKEN_SECONDS) : TOKEN_SECONDS;
  } catch {
    // A token need not be one that can be read.
    return TOKEN_SECONDS;
  }
};

const aboutClocks = (date: string | string[] | undefined, nowSeconds: number): string => {
  const theirs = Date.parse([date ?? ''].flat()[0] ?? '') / 1000;
  const apart = Math.round(Math.abs(theirs - nowSeconds));
  return apart > CLOCK_SECONDS ? ` The clock there is ${apart} s away from the one here, which is reason enough.` : '';
};

/**
 * Logs in at DC/OS as a service: what proves it is signed by its private key, which never leaves this process.
 * @throws SluiceError LOGIN_FAILED
 */
export const loginAtDcos = async (account: ServiceAccount, way: Way, nowMs = Date.now()): Promise<Grant> => {
  const nowSeconds = Math.floor(nowMs / 1000);
  const body = JSON.stringify({ uid: account.uid, token: proofOf(account, nowSeconds), exp: nowSeconds + TOKEN_SECONDS });
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const said = await ask('DC/OS', account.loginEndpoint, { method: 'POST', headers, body }, way);
  const where = `DC/OS at ${placeOf(account.loginEndpoint)} answered ${said.status} to the login of service account '${account.uid}'`;
  if (said.status === 401 || said.status === 403)
    throw loginFailed(`${where}: the account or its private key is wrong.${aboutClocks(said.headers['date'], nowSeconds)}`);
  if (said.status !== 200) throw loginFailed(`${where}: check login_endpoint in the account's JSON; trying again.`);
  const token = tokenSchema.safeParse(said.body).data?.token ?? inCookie(said.headers['set-cookie']);
  if (token === undefined || !/^[\x21-\x7e]+$/.test(token)) throw loginFailed(`${where} without a token: check login_endpoint.`);
  return { authorization: `token=${token}`, lifeMs: lifeOf(token, nowSeconds) * 1000 };
};
