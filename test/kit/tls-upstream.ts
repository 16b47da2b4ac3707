import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { generate } from 'selfsigned';
import { atEnd } from './at-end.ts';

/** A server that ends TLS itself, with a certificate of its own name, and answers with that name. */
export const tlsUpstream = async (t: TestContext, name: string): Promise<{ readonly port: number }> => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], { keyType: 'ec' });
  const server = createServer({ key, cert }, (_, response) => response.setHeader('x-app', name).end(name));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(t, () => {
    server.close();
    server.closeAllConnections();
  });
  return { port: (server.address() as AddressInfo).port };
};
