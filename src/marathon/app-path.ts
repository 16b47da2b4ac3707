/** '/shop/cart' -> 'shop/cart', as it stands in a path behind '/v2/apps/'. */
export const inPath = (appId: string): string => appId.replace(/^\/+/, '').split('/').map(encodeURIComponent).join('/');
