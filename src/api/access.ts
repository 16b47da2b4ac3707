import { TLSSocket } from 'node:tls';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Known, type Role, roleOf } from './credentials.ts';
import { wrongHost } from './host-check.ts';
import type { Route } from './route.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    role?: Route['role'];
  }
}

/** What is no endpoint tells a reader so; an endpoint that says nothing is for nobody but a writer. */
const neededFor = ({ is404, routeOptions }: FastifyRequest): Route['role'] => (is404 ? 'read' : (routeOptions.config.role ?? 'write'));

const refuse = (reply: FastifyReply, status: number, code: string, error: string): FastifyReply => reply.code(status).send({ error, code });

const refuseUnknown = (reply: FastifyReply, code: string, what: string): FastifyReply =>
  refuse(
    reply.header('www-authenticate', 'Bearer realm="sluice"'),
    401,
    code,
    `${what}: send 'Authorization: Bearer TOKEN' with a token of the --api-token-file of this Sluice (sluice: --api-token-file or SLUICE_API_TOKEN)`,
  );

/** Common name of the client certificate that TLS has verified; '' where it has none, or several. undefined: there is no certificate. */
export const commonNameOf = ({ raw: { socket } }: FastifyRequest): string | undefined => {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const { CN } = socket.getPeerCertificate().subject;
  return typeof CN === 'string' ? CN : '';
};

/** Lets in whom `known` says: for a listener that others than this host's operators reach. */
export const askCredentials = (server: FastifyInstance, known: () => Known): void => {
  server.addHook('onRequest', async (request, reply) => {
    const needed = neededFor(request);
    if (needed === 'open') return undefined;
    const presented = { authorization: request.headers.authorization, commonName: commonNameOf(request) };
    const role: Role | 'unknown' | undefined = roleOf(presented, known());
    if (role === undefined) return refuseUnknown(reply, 'NO_CREDENTIALS', 'this API asks for credentials');
    if (role === 'unknown') return refuseUnknown(reply, 'UNKNOWN_TOKEN', 'the token is not known here');
    if (needed === 'read' || role === 'write') return undefined;
    return refuse(
      reply,
      403,
      'READ_ONLY',
      `${request.method} ${request.url} needs the role write, and these credentials may only read: take a write token, or a certificate with a name of --api-write-cn`,
    );
  });
};

/** For a listener that asks for no credentials: everybody on this host may read. */
export const readOnly = (server: FastifyInstance, listenHost: string): void => {
  server.addHook('onRequest', async (request, reply) => {
    const wrong = wrongHost(request.headers.host, listenHost);
    if (wrong !== undefined) return refuse(reply, 421, 'WRONG_HOST', wrong);
    if (neededFor(request) !== 'write') return undefined;
    return refuse(
      reply,
      403,
      'READ_ONLY',
      `${request.method} ${request.url} changes something, and this address asks for no credentials: use the control socket in the run directory, or start Sluice with --api-token-file or --api-client-ca`,
    );
  });
};
