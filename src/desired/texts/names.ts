/** Names in texts that override pieces, exactly as Marathon-LB gave them: they are written down in many a label. */

const cleaned = (text: string): string => text.replaceAll(/[^A-Za-z0-9-]/g, '_');

/** {cleanedUpHostname}: 'host_example_shop_web' of 'host.example' and '/shop/web'. */
export const cleanedUpHostname = (host: string, appId: string): string => `${cleaned(host)}_${appId.slice(1).replaceAll('/', '_')}`;

/** {cleanedUpAppId}: '_shop_web'. */
export const cleanedUpAppId = (appId: string): string => cleaned(appId);
