import type { PortDraft } from './port-draft.ts';

/** Whether requests are led to the port: it has servers, or it is to answer without. What passes through undecrypted sees no page. */
export const isReached = ({ servers, settings }: Pick<PortDraft, 'servers' | 'settings'>): boolean =>
  servers.length > 0 || settings.keepRoute || (settings.sorryPage !== undefined && !settings.tlsPassthrough);
