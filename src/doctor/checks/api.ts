import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { readTokenFile } from '../../api/token-file.ts';
import { type TlsFiles, tlsOptionsOf } from '../../api/tls.ts';
import { messageOf } from '../../kit/error.ts';
import type { ApiSettings } from '../../settings-api.ts';
import { type Check, fail, type Finding, ok, warn } from '../check.ts';
import { lifeOf } from '../life-of.ts';

const READABLE_BY_ALL = 0o004;

const lookAtTokens = (path: string): Finding => {
  try {
    const { tokens, isOpenToAll } = readTokenFile(path);
    if (isOpenToAll) return warn(`${path}: everybody on this host may open it`, `chmod o= ${path}`);
    return ok(`${path}: tokens of ${tokens.length}`);
  } catch (error) {
    return fail(
      `--api-token-file ${path} cannot be used: ${messageOf(error)}`,
      `ls -la ${path}   # a line each: 'read TOKEN' or 'write TOKEN'`,
    );
  }
};

const lookAtKey = (path: string): readonly Finding[] =>
  (statSync(path).mode & READABLE_BY_ALL) === 0 ? [] : [warn(`${path}: everybody can read this key`, `chmod 600 ${path}`)];

const lookAtTls = (files: TlsFiles): readonly Finding[] => {
  const { cert, key, clientCa } = files;
  try {
    tlsOptionsOf(files);
    const shown = [cert, ...(clientCa === undefined ? [] : [clientCa])];
    return [...shown.map((path) => lifeOf(path, new X509Certificate(readFileSync(path)))), ...lookAtKey(key)];
  } catch (error) {
    return [fail(messageOf(error), `openssl x509 -in ${cert} -noout -text; openssl pkey -in ${key} -check -noout`)];
  }
};

const look = ({ tokenFile, tls }: ApiSettings): readonly Finding[] => {
  if (tokenFile === undefined && tls === undefined) return [ok('neither tokens nor certificates: nobody but this host is let in')];
  return [...(tokenFile === undefined ? [] : [lookAtTokens(tokenFile)]), ...(tls === undefined ? [] : lookAtTls(tls))];
};

/** The files by which the control API knows who may ask what. */
export const api: Check = { name: 'api', find: async ({ settings }) => Promise.resolve(look(settings.api)) };
