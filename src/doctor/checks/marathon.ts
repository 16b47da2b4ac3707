import { messageOf } from '../../kit/error.ts';
import type { Settings } from '../../settings.ts';
import { type Check, fail, type Finding, ok, warn } from '../check.ts';
import { MarathonQuestions } from '../marathon-questions.ts';

const isAboutTls = (message: string): boolean => /certificate|self.signed|altnames?|\bSSL\b|\bTLS\b/i.test(message);

/** Who gives what is shown to Marathon, if that is what failed. */
const giverIn = (message: string): string | undefined => {
  const [, who, place] = /^(DC\/OS|Vault) at (\S+) /.exec(message) ?? [];
  return place === undefined ? undefined : `curl -v ${place}   # see ${who === 'Vault' ? 'VAULT_TOKEN' : '--dcos-auth-credentials'}`;
};

const fixFor = (message: string, base: string): string => {
  const giver = giverIn(message);
  if (giver !== undefined) return giver;
  const { host, hostname, port } = new URL(base);
  if (isAboutTls(message))
    return `openssl s_client -connect ${hostname}:${port === '' ? '443' : port} -showcerts </dev/null   # give the CA that signed it with --marathon-ca-cert`;
  if (/ answered 40[13]/.test(message)) return `curl -i -u USER ${base}/v2/apps?id=none   # see --marathon-auth-credential-file`;
  return `curl -v ${base}/v2/info   # is ${host} Marathon's address, and may this host reach it?`;
};

const isPlainWithCredentials = ({ base, authorization }: MarathonQuestions['origin']): boolean =>
  authorization !== undefined && base.startsWith('http://');

const streamFinding = async (questions: MarathonQuestions): Promise<Finding> => {
  const { base } = questions.origin;
  try {
    const state = await questions.stream();
    if (state === 'attached') return ok(`${base}: the event stream attaches`);
    return warn(
      `${base}: the event stream is open and no event has come: an old Marathon, or something between that holds answers back`,
      `curl -N -H 'Accept: text/event-stream' ${base}/v2/events`,
    );
  } catch (error) {
    const fix = `curl -N -H 'Accept: text/event-stream' ${base}/v2/events   # a proxy between must pass it on unchanged; or run with --poll`;
    return fail(`${base}: no event stream: ${messageOf(error)}`, fix);
  }
};

const ask = async (url: string, marathon: Settings['marathon'], signal: AbortSignal): Promise<readonly Finding[]> => {
  const questions = new MarathonQuestions(url, marathon, signal);
  const { origin } = questions;
  try {
    const { version, leader } = await questions.info();
    await questions.mayReadApps();
    const tls = origin.base.startsWith('https://') ? ', its certificate is verified' : '';
    return [
      ok(`${origin.base} is Marathon ${version}, leader ${leader ?? 'none'}${tls}; apps may be read`),
      ...(isPlainWithCredentials(origin)
        ? [
            warn(
              `${origin.base}: credentials go over the wire in plain text`,
              `curl -v ${origin.base.replace('http:', 'https:')}/v2/info   # use https`,
            ),
          ]
        : []),
      ...(marathon.mode === 'sse' ? [await streamFinding(questions)] : []),
    ];
  } catch (error) {
    const message = messageOf(error);
    return [fail(message, fixFor(message, origin.base))];
  } finally {
    await questions.close();
  }
};

/** One that works is enough to go on with. */
const besideOthers = (findings: readonly (readonly Finding[])[]): readonly Finding[] => {
  const isGood = (of: readonly Finding[]): boolean => of.every(({ level }) => level !== 'fail');
  if (!findings.some(isGood)) return findings.flat();
  return findings.flat().map((finding) => (finding.level === 'fail' ? { ...finding, level: 'warn' } : finding));
};

export const marathon: Check = {
  name: 'marathon',
  find: async ({ settings, signal }) =>
    besideOthers(await Promise.all(settings.marathon.urls.map(async (url) => ask(url, settings.marathon, signal)))),
};
