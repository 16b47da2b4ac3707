/** One word of haproxy.cfg, quoted or not. */
const WORD = String.raw`(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+`;
const SECRET_WORD = String.raw`(?:authorization|cookie|token|secret|passw|credential|api-?key|auth-?key)[\w-]{0,60}`;
/** Headers that carry what nobody else is to know. Bounded: a long text would be tried from each of its places to its end. */
const SECRET_HEADER = String.raw`[\w-]{0,60}${SECRET_WORD}`;

/** What stays of a line, and what is hidden behind it. Words of HAProxy's that are not in here carry no secret. */
const HIDDEN: readonly RegExp[] = [
  // user ann [groups g] password $6$..., user ann insecure-password x
  new RegExp(String.raw`^([ \t]*user[ \t].*?[ \t](?:insecure-)?password[ \t]+)${WORD}`, 'gm'),
  new RegExp(String.raw`^([ \t]*stats[ \t]+auth[ \t]+)${WORD}`, 'gm'),
  new RegExp(String.raw`^([ \t]*(?:setenv|presetenv)[ \t]+${WORD}[ \t]+)[^\n]+`, 'gm'),
  new RegExp(String.raw`([ \t]dynamic-cookie-key[ \t]+)${WORD}`, 'gm'),
  // http-request set-header X-Api-Key abc, http-check send hdr Authorization "Basic abc"
  new RegExp(String.raw`((?:-header|[ \t]hdr)[ \t]+"?${SECRET_HEADER}"?[ \t]+)[^\n]+`, 'gim'),
  // acl known req.hdr(x-api-key) -m str abc
  new RegExp(String.raw`(hdr\(${SECRET_HEADER}[^)\n]{0,100}\)[ \t,]+)[^\n]+`, 'gim'),
  // option httpchk GET / HTTP/1.1\r\nAuthorization:\ Basic\ abc
  new RegExp(String.raw`(${SECRET_WORD}:)[^\n]+`, 'gim'),
  // hmac(sha256,key), jwt_verify(alg,"key")
  /((?:hmac|jwt_\w+|aes_\w+)\()[^)\n]+/gm,
];

/** Lines of haproxy.cfg without what is secret in them: passwords and their hashes, keys, headers that let somebody in. Pure. */
export const hideSecrets = (lines: string): string => HIDDEN.reduce((text, rule) => text.replaceAll(rule, '$1***'), lines);
