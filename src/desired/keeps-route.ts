import type { PortDraft } from './port-draft.ts';

/** Whether requests are led to the port: it has servers, or it is to answer without. What passes through undecrypted sees no page. */
export const isReached = ({ servers, settings, inMaintenance }: Pick<PortDraft, 'servers' | 'settings' | 'inMaintenance'>): boolean =>
  servers.length > 0 || inMaintenance === true || settings.keepRoute || (settings.sorryPage !== undefined && !settings.tlsPassthrough);
