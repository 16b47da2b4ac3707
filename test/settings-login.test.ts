import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { messageOf, SluiceError } from '../src/kit/error.ts';
import { toSettings } from '../src/settings.ts';
import { lastly } from './kit/lastly.ts';
import { tempFolder } from './kit/temp-folder.ts';

const GIVEN = { group: ['external'] };

const pemOf = (key: { export: (options: { type: 'pkcs8'; format: 'pem' }) => string | Buffer }): string =>
  key.export({ type: 'pkcs8', format: 'pem' }).toString();
const RSA = pemOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
const EC = pemOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);

const account = (changes: object = {}): object => ({
  scheme: 'RS256',
  uid: 'marathon-lb',
  private_key: RSA,
  login_endpoint: 'https://leader.mesos/acs/api/v1/auth/login',
  ...changes,
});

const VAULT = { VAULT_TOKEN: 's.t0ken', VAULT_HOST: 'vault.example', VAULT_PORT: '8200', VAULT_PATH: '/secret/marathon' };

const loginOf = (flags: object, environment: Readonly<Record<string, string>> = {}) =>
  toSettings({ ...GIVEN, ...flags }, environment).marathon.credentials;

const fileWith = (t: TestContext, text: string): string => {
  const { path, remove } = tempFolder();
  lastly(t, remove);
  writeFileSync(join(path, 'file'), text);
  return join(path, 'file');
};

const thrownBy = (work: () => unknown): SluiceError => {
  try {
    work();
  } catch (error) {
    if (error instanceof SluiceError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe("how Marathon is told who asks, in Marathon-LB's order", () => {
  const everything = {
    flags: { authCredentials: 'flag:1', dcosAuthCredentials: JSON.stringify(account()) },
    environment: { MARATHON_USER: 'user', MARATHON_PASSWORD: '2', ...VAULT },
  };

  it('the file, also where it is empty', (t) => {
    const { flags, environment } = everything;
    const marathonAuthCredentialFile = fileWith(t, 'file:0\r\nother:1');
    assert.deepEqual(loginOf({ ...flags, marathonAuthCredentialFile }, environment), { user: 'file', password: '0' });
    assert.equal(loginOf({ ...flags, marathonAuthCredentialFile: fileWith(t, '\n') }, environment), undefined);
  });

  it('the flag, the environment, Vault, and DC/OS', () => {
    const { flags, environment } = everything;
    const { dcosAuthCredentials } = flags;
    assert.deepEqual(loginOf(flags, environment), { user: 'flag', password: '1' });
    assert.deepEqual(loginOf({ dcosAuthCredentials, authCredentials: '' }, environment), { user: 'user', password: '2' });
    assert.deepEqual(loginOf({ dcosAuthCredentials }, VAULT), {
      secretUrl: 'https://vault.example:8200/v1/secret/marathon',
      token: 's.t0ken',
    });
    assert.deepEqual(loginOf({ dcosAuthCredentials }), {
      uid: 'marathon-lb',
      privateKey: RSA,
      loginEndpoint: 'https://leader.mesos/acs/api/v1/auth/login',
    });
    assert.equal(loginOf({ dcosAuthCredentials: '' }), undefined);
  });
});

describe('user and password', () => {
  it('may have colons in a password of the environment', () => {
    assert.deepEqual(loginOf({}, { MARATHON_USER: 'ann', MARATHON_PASSWORD: 'a:b' }), { user: 'ann', password: 'a:b' });
  });

  for (const text of ['s3cret', 's3cret:x:y', ':s3cret'])
    it(`are an error of their own, without what they are, where they are like ${text}`, (t) => {
      const ofFlag = thrownBy(() => loginOf({ authCredentials: text }));
      const ofFile = thrownBy(() => loginOf({ marathonAuthCredentialFile: fileWith(t, text) }));
      assert.equal(ofFlag.message, '--auth-credentials must be USER:PASSWORD with one colon');
      assert.match(ofFile.message, /^--marathon-auth-credential-file: the first line of \S+ must be USER:PASSWORD with one colon$/);
      assert.deepEqual([ofFlag.code, ofFile.code], ['CREDENTIALS', 'CREDENTIALS']);
    });

  it('are told to have no effect one without the other', () => {
    const { credentials } = toSettings(GIVEN, { MARATHON_USER: 'ann' }).marathon;
    assert.equal(credentials, undefined);
    assert.deepEqual(toSettings(GIVEN, { MARATHON_USER: 'ann' }).environment.notes, [
      'MARATHON_USER and MARATHON_PASSWORD go together: one alone has no effect',
    ]);
    assert.deepEqual(toSettings(GIVEN, { MARATHON_USER: 'ann', MARATHON_PASSWORD: 'x' }).environment.notes, []);
  });
});

describe('a service account of DC/OS', () => {
  it('may have line breaks of its key escaped twice', () => {
    const text = JSON.stringify(account({ private_key: RSA.replaceAll('\n', '\\n') }));
    assert.deepEqual((loginOf({ dcosAuthCredentials: text }) as { privateKey: string }).privateKey, RSA);
  });

  const WRONG: readonly (readonly [what: string, text: string, told: RegExp])[] = [
    ['no JSON', '{s3cret', /: it is no JSON object$/],
    ['no object', '"s3cret"', /: it is no JSON object$/],
    ['no key and no user', JSON.stringify(account({ private_key: undefined, uid: '' })), /: wrong or missing: uid, private_key$/],
    ['a login that is no address', JSON.stringify(account({ login_endpoint: 's3cret' })), /: wrong or missing: login_endpoint$/],
    ['a login by file', JSON.stringify(account({ login_endpoint: 'file:///etc/s3cret' })), /: wrong or missing: login_endpoint$/],
    ['another scheme', JSON.stringify(account({ scheme: 'HS256' })), /: wrong or missing: scheme$/],
    ['a key that is cut', JSON.stringify(account({ private_key: RSA.slice(0, 300) })), /: private_key is no RSA key in PEM$/],
    ['a key of another kind', JSON.stringify(account({ private_key: EC })), /: private_key is no RSA key in PEM$/],
  ];
  for (const [what, text, told] of WRONG)
    it(`is refused, and not told, with ${what}`, () => {
      const error = thrownBy(() => loginOf({ dcosAuthCredentials: text }));
      assert.equal(error.code, 'SETTINGS');
      assert.match(error.message, told);
      assert.doesNotMatch(messageOf(error), /s3cret|BEGIN|MII/);
    });
});

describe('Vault', () => {
  const ADDRESSES: readonly (readonly [what: string, environment: Readonly<Record<string, string>>, address: string])[] = [
    ['a path without a slash', { VAULT_PATH: 'secret/data/m' }, 'https://vault.example:8200/v1/secret/data/m'],
    ['a path with its version', { VAULT_PATH: '/v1/secret/m' }, 'https://vault.example:8200/v1/secret/m'],
    ['an address', { VAULT_URL: 'https://other.example/v1/x' }, 'https://other.example/v1/x'],
    ['an agent of this host', { VAULT_URL: 'http://127.0.0.1:8200/v1/x' }, 'http://127.0.0.1:8200/v1/x'],
  ];
  for (const [what, environment, address] of ADDRESSES)
    it(`is found by ${what}`, () => {
      assert.deepEqual(loginOf({}, { ...VAULT, ...environment }), { secretUrl: address, token: 's.t0ken' });
    });

  const WRONG: readonly (readonly [what: string, environment: Readonly<Record<string, string>>, told: RegExp])[] = [
    ['in plain text over the wire', { VAULT_URL: 'http://vault.example/v1/x' }, /^VAULT_URL must lead to Vault by https/],
    ['at no port', { VAULT_PORT: 'many' }, /^VAULT_HOST and VAULT_PORT must lead to Vault by https/],
    ['with a CA that is not there', { VAULT_CACERT: '/nowhere/ca.pem' }, /^VAULT_CACERT: \/nowhere\/ca\.pem cannot be read/],
  ];
  for (const [what, environment, told] of WRONG)
    it(`is not asked ${what}`, () => {
      const error = thrownBy(() => loginOf({}, { ...VAULT, ...environment }));
      assert.equal(error.code, 'SETTINGS');
      assert.match(error.message, told);
      assert.doesNotMatch(messageOf(error), /t0ken/);
    });

  it('is told not to be asked where a part is missing', () => {
    const { marathon, environment } = toSettings(GIVEN, { ...VAULT, VAULT_HOST: '', VAULT_PATH: '' });
    assert.equal(marathon.credentials, undefined);
    assert.deepEqual(environment.notes, ['VAULT_TOKEN has no effect without VAULT_HOST and VAULT_PATH']);
  });
});
