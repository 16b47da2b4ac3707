/** '/shop/cart' from 'shop/cart', '//shop/cart', '/shop//cart/'. */
export const toAppId = (text: string): string =>
  `/${text
    .split('/')
    .filter((word) => word !== '')
    .join('/')}`;
