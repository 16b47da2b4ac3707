import { SluiceError } from '../../kit/error.ts';
import { type OperatorEvent, toOperatorEvent } from '../facts/operator-events.ts';
import { asFailure, nonsense, statusError, tooLate } from '../http/failures.ts';
import { type Answer, header, type MesosHttp } from '../http/http.ts';
import { RecordReader } from './record-io.ts';

export interface StreamLimits {
  readonly recordBytes: number;
  /** So many of the master's own intervals without a byte are a dead stream. */
  readonly heartbeats: number;
  /** Until the first record, which has the whole state, and tells the interval. */
  readonly firstMs: number;
}

/** This master has no such stream, or not for us. */
export class NotOffered extends SluiceError {
  constructor(status: number, url: string) {
    super(
      'MESOS_REFUSED',
      `the master at ${url} answered ${status} to SUBSCRIBE: it offers no stream of events, or not to this principal; its state is read from time to time.`,
    );
  }
}

const QUESTION = {
  method: 'POST',
  body: '{"type":"SUBSCRIBE"}',
  headers: { 'content-type': 'application/json', accept: 'application/json', 'user-agent': 'Sluice' },
} as const;

const checked = (answer: Answer): Answer => {
  const { status, url } = answer;
  const type = header(answer, 'content-type');
  if (status === 200 && /^application\/(?:json|recordio)\b/i.test(type)) return answer;
  answer.body.destroy();
  if (status === 200) throw nonsense(url, `answered SUBSCRIBE with "${type}" and not with a stream of events`);
  throw status >= 400 && status < 500 ? new NotOffered(status, url) : statusError(status, url);
};

const parse = (record: Buffer): unknown => {
  try {
    return JSON.parse(record.toString('utf8'));
  } catch {
    // One record that is no JSON is one bad event: the frame of the next one is known.
    return undefined;
  }
};

/** An alarm that goes off unless it is wound again. */
const watchOver = (ring: () => void): { readonly wind: (delayMs: number) => void; readonly stop: () => void } => {
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => clearTimeout(timer);
  const wind = (delayMs: number): void => {
    stop();
    timer = setTimeout(ring, delayMs);
  };
  return { wind, stop };
};

interface Heard {
  /** Who gives the stream: 'host:port'. */
  readonly place: string;
  /** One or more, that came together. */
  readonly events: readonly OperatorEvent[];
}

/**
 * The events of the leading master, from SUBSCRIBED on. Ends only by an error, or by whoever stops to read.
 * @throws NotOffered; SluiceError: it broke, or was silent for too long
 */
export async function* operatorEvents(http: MesosHttp, place: string, limits: StreamLimits, signal: AbortSignal): AsyncGenerator<Heard> {
  const late = new AbortController();
  let silentMs = limits.firstMs;
  const alarm = watchOver(() => late.abort(tooLate(place, 'sent nothing on its stream of events', silentMs)));
  const both = AbortSignal.any([signal, late.signal]);
  alarm.wind(silentMs);
  try {
    const answer = checked(await http.ask(place, '/api/v1', { ...QUESTION, signal: both }));
    const reader = new RecordReader(limits.recordBytes);
    try {
      for await (const chunk of answer.body as AsyncIterable<Buffer>) {
        const events = reader.push(chunk).map((record) => toOperatorEvent(parse(record)));
        for (const event of events) if (event.kind === 'subscribed') silentMs = limits.heartbeats * event.heartbeatSeconds * 1000;
        alarm.wind(silentMs);
        if (events.length > 0) yield { place: answer.place, events };
      }
    } finally {
      answer.body.destroy();
    }
    throw new SluiceError('MESOS_UNREACHABLE', `the master at ${answer.url} ended its stream of events.`);
  } catch (error) {
    signal.throwIfAborted();
    throw asFailure(place, late.signal.aborted ? late.signal.reason : error);
  } finally {
    alarm.stop();
  }
}
