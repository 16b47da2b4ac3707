import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, jettyPage } from '../answer.ts';
import { EventStream } from '../events/stream.ts';
import type { EventStreams } from '../events/streams.ts';
import type { Personality } from '../personality.ts';
import { clientIp, urlOf } from './call.ts';

/** Jetty compares every `Accept` line as a whole: `text/event-stream, *\/*` is not an event stream for it. */
export function acceptsEvents(request: IncomingMessage): boolean {
  return (request.headersDistinct.accept ?? []).includes('text/event-stream');
}

export function notAnEventStream(method: string): Answer {
  return jettyPage(405, `HTTP method ${method} is not supported by this URL`);
}

/** Opens a stream: the head goes out at once, before there is any event. */
export function openStream(
  request: IncomingMessage,
  response: ServerResponse,
  {
    streams,
    common,
    personality,
    isReady,
  }: { streams: EventStreams; common: readonly (readonly [string, string])[]; personality: Personality; isReady: boolean },
): void {
  response.sendDate = false;
  // Without this Node would chunk the body; Marathon's streams end with the connection.
  response.useChunkedEncodingByDefault = false;
  response.writeHead(200, [...common.flat(), 'Content-Type', 'text/event-stream;charset=utf-8', 'Connection', 'close']);
  response.flushHeaders();
  // Elected and not ready yet: Marathon closes the stream before the first event.
  if (!isReady) {
    response.end();
    return;
  }
  const stream = new EventStream(response, streamOptions(request, personality));
  response.once('close', () => streams.detach(stream));
  streams.attach(stream);
}

function streamOptions(request: IncomingMessage, personality: Personality): EventStream['options'] {
  const { searchParams } = urlOf(request);
  const eventTypes = searchParams.getAll('event_type');
  const asksForLight = searchParams.get('plan-format') === 'light';
  return {
    eventTypes: eventTypes.length === 0 ? undefined : new Set(eventTypes),
    plans: personality.plans === 'light' || (personality.plans === 'light-on-request' && asksForLight) ? 'light' : 'heavy',
    remoteAddress: clientIp(request),
    maxOutstanding: personality.maxOutstandingEvents,
    slowReader: personality.slowReader,
  };
}
