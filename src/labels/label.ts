export { shown } from '../kit/shown.ts';

/** A parsed label value, or why it is none. */
export type Parsed<T> = { readonly value: T } | { readonly wrong: string };

/** A label of one service port: HAPROXY_{n}_<name>. */
export interface PortLabel<T> {
  readonly name: string;
  /** Value where the label is not set. */
  readonly absent: T;
  /** `wrong` says what is allowed; name, app and value are added by the reader. */
  readonly parse: (text: string) => Parsed<T>;
  /** A value that nobody is told, not even when it is wrong. */
  readonly secret?: true;
}

/** A whole number in a range, with no sign, blank or fraction that is not wanted. */
export const parseInteger = (text: string, least: number, most: number): Parsed<number> => {
  const value = Number(text);
  const isWhole = /^-?\d{1,9}$/.test(text) && value >= least && value <= most;
  return isWhole ? { value } : { wrong: `must be a whole number from ${least} to ${most}` };
};

/** Marathon-LB's booleans: true, t, yes and y in any case are true, everything else is false. */
export const parseBoolean = (text: string): Parsed<boolean> => ({ value: ['true', 't', 'yes', 'y'].includes(text.toLowerCase()) });
