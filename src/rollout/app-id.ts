/** '/shop/cart' of 'shop/cart', '//shop/cart', '/shop//cart/'. */
export const canonicalId = (id: string): string =>
  `/${id
    .split('/')
    .filter((word) => word !== '')
    .join('/')}`;

const WORD = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;
/** What stands there in Marathon's own paths: requests would be about something else than the app. */
const OF_MARATHON = new Set(['restart', 'tasks', 'versions']);

/** Why no app may be called so, in canonical form; undefined: one may. Marathon's rules. */
export const whyNoAppId = (id: string): string | undefined => {
  const words = id.split('/').slice(1);
  const wrong = words.find((word) => !WORD.test(word));
  if (wrong !== undefined)
    return `the app id ${id} has '${wrong}' in it: lower case letters, digits, and within them '-' and '.' may be between slashes`;
  return OF_MARATHON.has(words.at(-1) ?? '')
    ? `the app id ${id} must not end in '${words.at(-1)}': that is a path of Marathon's`
    : undefined;
};
