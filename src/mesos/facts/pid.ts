import { parsePlace, type Place } from '../detect/masters.ts';

/** 'slave(1)@10.0.0.7:5051', 'scheduler-2b4a@[2001:db8::1]:25501'. Undefined: not exactly one '@', or no host and port behind it. */
export const parsePid = (text: string): Place | undefined => {
  const [, place] = /^[^@]*@([^@]+)$/.exec(text) ?? [];
  if (place === undefined || !/:\d+$/.test(place)) return undefined;
  return parsePlace(place, 0);
};
