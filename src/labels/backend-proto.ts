import type { Parsed, PortLabel } from './label.ts';

const parse = (text: string): Parsed<'h1' | 'h2' | undefined> => {
  const proto = text.toLowerCase();
  return proto === 'h1' || proto === 'h2' ? { value: proto } : { wrong: 'must be h1 or h2' };
};

/** HAPROXY_{n}_BACKEND_PROTO: which HTTP servers speak: h1, or h2 from the first byte on, as gRPC does (http only). */
export const backendProto: PortLabel<'h1' | 'h2' | undefined> = { name: 'BACKEND_PROTO', absent: undefined, parse };
