import { CERTIFICATE_LIST } from '../certificate-names.ts';
import type { Bind } from '../desired.ts';

/** As they stand in a `bind`, where nothing in a name needs quotes. */
export const certificateWords = (certificates: NonNullable<Bind['ssl']>['certificates']): string =>
  certificates === 'list' ? `crt-list ${CERTIFICATE_LIST}` : certificates.map((file) => `crt ${file}`).join(' ');
