import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { knownName } from '../../dns/name.ts';
import { BigAnswers } from './big-answers.ts';
import { list, pretty, type Told } from './json-parts.ts';
import { hostEntries, serviceEntries } from './lookup.ts';
import type { RestOptions, RestZone } from './open-rest.ts';
import { axfrTold, enumerationTold, recordsTold, type ToldSet } from './told-zone.ts';

type Handler = (request: FastifyRequest, reply: FastifyReply) => FastifyReply;
/** By path. */
type Handlers = Readonly<Record<string, Handler>>;

const JSON_TYPE = 'application/json';

const sendText = (reply: FastifyReply, status: number, text: string): FastifyReply => reply.code(status).type('text/plain').send(text);

const sendJson = (reply: FastifyReply, body: unknown): FastifyReply => reply.type(JSON_TYPE).send(pretty(body));

const param = ({ params }: FastifyRequest, name: string): string => (params as Readonly<Record<string, string>>)[name] ?? '';

const aboutItself = ({ config, version, zone, freshness }: RestOptions): Handlers => ({
  '/v1/version': (_request, reply) =>
    sendJson(reply, { Service: 'Mesos-DNS', URL: 'https://github.com/mesosphere/mesos-dns', Version: version }),
  '/v1/config': (_request, reply) => sendJson(reply, config()),
  '/v1/hosts/:host/ports': (_request, reply) => sendText(reply, 501, 'To be implemented...'),
  '/v1/health': (_request, reply) => {
    const { state, sinceMs } = freshness();
    const ageSeconds = Math.max(0, Math.round((Date.now() - sinceMs) / 1000));
    return sendJson(reply.code(state === 'not-ready' ? 503 : 200), { state, ageSeconds, serial: zone().serial });
  },
});

const ofOneName = ({ zone }: RestOptions): Handlers => ({
  '/v1/hosts/:host': (request, reply) => sendJson(reply, hostEntries(zone(), param(request, 'host'))),
  '/v1/services/:service': (request, reply) => sendJson(reply, serviceEntries(zone(), param(request, 'service'))),
});

/** Of all zones, as they are now. */
const allSets = (zone: RestZone): readonly ToldSet[] => {
  const sets: ToldSet[] = [];
  for (const [name, node] of zone.nodes()) for (const type of node.types()) sets.push({ name, type, data: node.records(type) });
  return sets;
};

const ofWholeZone = ({ zone, frameworks, head, enumeration }: RestOptions): Handlers => {
  const answers = new BigAnswers();
  const apex = knownName(head.domain);
  // Of this run: where nothing is kept on disk serials begin anew.
  const run = Date.now().toString(36);
  const sending =
    (told: () => Told): Handler =>
    (request, reply) =>
      answers.send(request, reply, `"${zone().serial}-${run}"`, told);
  const axfr = (): Told => axfrTold(head, zone().serial, zone().snapshot(apex));
  const records = (): Told => recordsTold(allSets(zone()));
  return {
    ...(enumeration ? { '/v1/axfr': sending(axfr), '/v1/enumerate': sending(() => enumerationTold(frameworks())) } : {}),
    '/v1/records': sending(records),
    // Names of VIPs are not served.
    '/v1/vips': sending(() => list([])),
  };
};

/** A zone of which nothing is known yet would be taken for one without names. */
const whenReady =
  ({ freshness }: RestOptions, handler: Handler): Handler =>
  (request, reply) =>
    freshness().state === 'not-ready'
      ? sendText(reply.header('retry-after', '1'), 503, '503: neither Marathon nor Mesos was read yet; ask again in a moment')
      : handler(request, reply);

const ACCEPTED: ReadonlySet<string> = new Set(['*/*', 'application/*', JSON_TYPE]);

const takesJson = ({ headers: { accept } }: FastifyRequest): boolean =>
  accept === undefined || accept.split(',').some((one) => ACCEPTED.has((one.split(';')[0] ?? '').trim().toLowerCase()));

const OTHER_METHODS = ['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Mesos-DNS's endpoints, and of dcos-net's those that Mesos-DNS does not have otherwise. */
export const addRoutes = (server: FastifyInstance, options: RestOptions): void => {
  const ofZone = Object.entries({ ...ofOneName(options), ...ofWholeZone(options) });
  const handlers = [
    ...Object.entries(aboutItself(options)),
    ...ofZone.map(([path, handler]) => [path, whenReady(options, handler)] as const),
  ];
  for (const [url, handler] of handlers) {
    server.get(url, (request, reply) =>
      takesJson(request)
        ? handler(request, reply)
        : sendText(reply, 406, '406: Not Acceptable: there is nothing here but application/json'),
    );
    // Refused before anything of a body is read.
    server.route({
      method: OTHER_METHODS,
      url,
      onRequest: async (_request, reply) => sendText(reply.header('allow', 'GET'), 405, '405: Method Not Allowed'),
      handler: () => undefined,
    });
  }
  server.setNotFoundHandler((_request, reply) => sendText(reply, 404, '404: Page Not Found'));
};
