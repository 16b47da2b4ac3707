import type { IncomingMessage } from 'node:http';
import { type Answer, jettyPage, message } from '../answer.ts';
import type { Faults, Refusing } from '../faults.ts';
import type { StandInOptions } from '../options.ts';

/** What a fault answers in Marathon's place, if one does. */
export function faultAnswer(faults: Faults, method: string, pathname: string): Answer | undefined {
  const { refusing, appsAnswer } = faults;
  if (refusing !== undefined && refusing.times > 0 && pathname.startsWith(refusing.path)) {
    refusing.times -= 1;
    return refusal(refusing);
  }
  if (appsAnswer !== undefined && method === 'GET' && /^\/v2\/apps\/?$/.test(pathname)) return { status: 200, body: appsAnswer };
  return undefined;
}

function refusal({ status, body }: Refusing): Answer {
  switch (body) {
    case 'html':
      return jettyPage(status, 'Service Unavailable');
    case 'json':
      return message(status, 'asked to fail');
    case 'empty':
      return { status };
  }
}

/** Jetty refuses who has no credentials before anything of Marathon is asked, on a standby as well. */
export function unauthorized({ credentials }: StandInOptions, request: IncomingMessage): Answer | undefined {
  if (credentials === undefined) return undefined;
  const expected = `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`;
  if (request.headers.authorization === expected) return undefined;
  return jettyPage(401, 'Unauthorized', { 'WWW-Authenticate': 'basic realm="Mesosphere"' });
}
