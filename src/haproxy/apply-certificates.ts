import { CERTIFICATE_LIST } from '../desired/certificate-names.ts';
import { never } from '../kit/never.ts';
import type { CertificateStep } from '../plan/plan-certificates.ts';

/** Asks the worker that serves. */
type Ask = (command: string) => Promise<string>;

/** HAProxy said something else than it should: a reload makes it as planned. */
class Refused extends Error {}

/** In one line, and none of what was sent with it: that may be a key. */
const told = (command: string, answer: string): string =>
  `HAProxy answered '${answer.trim().replaceAll(/\s+/g, ' ').slice(0, 300)}' to '${command.split(' <<', 1)[0] ?? ''}'`;

const must = async (ask: Ask, command: string, accept: RegExp): Promise<string> => {
  const answer = await ask(command);
  if (!accept.test(answer)) throw new Refused(told(command, answer));
  return answer;
};

const setCertificate = async (ask: Ask, step: Extract<CertificateStep, { readonly kind: 'set-certificate' }>): Promise<void> => {
  const { name, isNew, pem, fingerprint } = step;
  if (isNew) await must(ask, `new ssl cert ${name}`, /New empty certificate store/);
  try {
    await must(ask, `set ssl cert ${name} <<\n${pem}`, /[Tt]ransaction (?:created|updated)/);
    await must(ask, `commit ssl cert ${name}`, /Success!/);
  } catch (error) {
    await ask(`abort ssl cert ${name}`);
    throw error;
  }
  await must(ask, `show ssl cert ${name}`, new RegExp(`^SHA1 FingerPrint: ${fingerprint}$`, 'im'));
};

/** Of lines for one file HAProxy wants to know which: it gives them numbers. */
const numbered = async (ask: Ask, line: string): Promise<string> => {
  const list = await ask(`show ssl crt-list -n ${CERTIFICATE_LIST}`);
  const file = line.split(' ', 1)[0] ?? '';
  const rest = line.slice(file.length).trim();
  for (const shown of list.split('\n')) {
    const [, number, words] = /^\S+:(\d+)(?: (.*))?$/.exec(shown) ?? [];
    if (number !== undefined && shown.startsWith(`${file}:${number}`) && (words ?? '').trim() === rest) return `${file}:${number}`;
  }
  throw new Refused(`HAProxy has no line '${line}' in ${CERTIFICATE_LIST}`);
};

const apply = async (ask: Ask, step: CertificateStep): Promise<void> => {
  switch (step.kind) {
    case 'set-certificate':
      return setCertificate(ask, step);
    case 'add-line':
      await must(ask, `add ssl crt-list ${CERTIFICATE_LIST} <<\n${step.line}\n`, /Success!/);
      return;
    case 'remove-line':
      await must(ask, `del ssl crt-list ${CERTIFICATE_LIST} ${await numbered(ask, step.line)}`, /deleted in crtlist/);
      return;
    case 'delete-certificate':
      await must(ask, `del ssl cert ${step.name}`, /deleted!/);
      return;
    default:
      return never(step);
  }
};

/** Takes the steps one after the other. Resolves to why one was refused, and then none after it was taken; undefined: all are in force. */
export const applyCertificates = async (ask: Ask, steps: readonly CertificateStep[]): Promise<string | undefined> => {
  try {
    for (const step of steps) await apply(ask, step);
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
};
