import type { Parsed, PortLabel } from './label.ts';

/** An absolute path whose parts do not begin with a dot: none leads up, and none is hidden. */
const PATH = /^(\/[A-Za-z0-9_@+-][A-Za-z0-9._@+-]*)+$/;
const MOST = 20;

const parse = (text: string): Parsed<readonly string[]> => {
  // Marathon-LB put it behind ` ssl crt ` as it was: more than one was written `a.pem crt b.pem`.
  const paths = text.split(/[ ,]+/).filter((word) => word !== '' && word !== 'crt');
  const isRight = paths.length <= MOST && paths.every((path) => path.length <= 1000 && PATH.test(path));
  return isRight
    ? { value: paths }
    : { wrong: "must be the absolute path of a PEM file, or some separated by commas, e.g. '/etc/ssl/shop.pem'" };
};

/** HAPROXY_{n}_SSL_CERT: files with certificate and key for TLS on the service port; empty = none. */
export const sslCert: PortLabel<readonly string[]> = { name: 'SSL_CERT', absent: [], parse };
