/** An event as it goes over the wire; keys in Marathon's order. */
export interface MarathonEvent {
  readonly eventType: string;
  readonly [key: string]: unknown;
}

/** Puts `eventType` and `timestamp` last, as most of Marathon's events have them. */
export function event(eventType: string, fields: Record<string, unknown>, timestamp: string): MarathonEvent {
  return { ...fields, eventType, timestamp };
}
