import { wordsOf } from '../../pieces/lines.ts';
import type { Bind, FrontendTexts } from '../desired.ts';
import type { PortDraft } from '../port-draft.ts';
import { certificateWords } from './certificate-words.ts';
import { indented, type PortTexts } from './port-texts.ts';

/** `none`: the port is to have no frontend at all. */
export type FrontendOverride =
  { readonly kind: 'none' } | { readonly kind: 'texts'; readonly texts: FrontendTexts; readonly binds: readonly Bind[] };

const bindsIn = (lines: readonly string[], files: Pick<Bind, 'files'>): readonly Bind[] =>
  lines.flatMap((line) => {
    const read = wordsOf(line);
    const [keyword, places = ''] = 'value' in read ? read.value : [];
    if (keyword !== 'bind') return [];
    return places.split(',').flatMap((place) => {
      const [, address = '', port] = /^(.*?):(\d{1,5})$/.exec(place) ?? [];
      return port === undefined
        ? []
        : [{ address: address === '' ? '*' : address.replace(/^\[(.*)\]$/, '$1'), port: Number(port), ...files }];
    });
  });

/** The text may name a file that its labels name: HAProxy is given its copy there, too. */
const withCopies = (line: string, copies: ReadonlyMap<string, string>): string =>
  copies.size === 0 || !/^\s*bind\s/.test(line) ? line : line.replaceAll(/\S+/g, (word) => copies.get(word) ?? word);

/**
 * What stands in place of the frontend of a service port; undefined: nothing does. Empty texts for both of its pieces open no port.
 * @param copies of files that its labels name: path -> HAProxy's own
 */
export const frontendOverride = (
  draft: PortDraft,
  bind: Bind,
  texts: PortTexts,
  copies: ReadonlyMap<string, string>,
): FrontendOverride | undefined => {
  if (!texts.has('FRONTEND_HEAD') && !texts.has('FRONTEND_BACKEND_GLUE')) return undefined;
  const { name: backend, servicePort, mode } = draft;
  const bindAddr = bind.address;
  const sslCert = bind.ssl === undefined ? '' : ` ssl ${certificateWords(bind.ssl.certificates)}`;
  const bindOptions = (bind.options ?? []).map((word) => ` ${word}`).join('');
  const head = texts.read('FRONTEND_HEAD', { bindAddr, backend, servicePort, mode, sslCert, bindOptions });
  const glue = texts.read('FRONTEND_BACKEND_GLUE', { backend });
  if (head !== undefined && !head.opens) {
    if ((glue?.lines.length ?? 1) > 0)
      texts.refuse(
        'FRONTEND_HEAD',
        'is empty, and HAPROXY_{n}_FRONTEND_BACKEND_GLUE is not: its rules would stand in no frontend; make both empty for a port that is not opened',
      );
    return { kind: 'none' };
  }
  const made: FrontendTexts = {
    ...(head === undefined ? {} : { head: indented(head.lines.map((line) => withCopies(line, copies))) }),
    ...(glue === undefined ? {} : { glue: indented(glue.lines) }),
  };
  if (Object.keys(made).length === 0) return undefined;
  const binds = head === undefined ? [] : bindsIn(head.lines, bind.files === undefined ? {} : { files: bind.files });
  return { kind: 'texts', texts: made, binds: binds.length === 0 ? [bind] : binds };
};
