import type { Desired, Frontend, Globals, Profile } from '../desired/desired.ts';
import { digest } from '../kit/digest.ts';
import type { Reason } from './plan.ts';

/** Frontends and profiles are replaced, never changed: their text is made once. */
const texts = new WeakMap<Frontend | Profile, string>();

const textOf = (value: Frontend | Profile): string => {
  const known = texts.get(value);
  if (known !== undefined) return known;
  const text = JSON.stringify(value);
  texts.set(value, text);
  return text;
};

const digestOf = (values: ReadonlyMap<string, Frontend | Profile>): string =>
  digest(
    [...values.keys()]
      .sort()
      .map((name) => textOf(values.get(name) as Frontend | Profile))
      .join('\n'),
  );

const digestOfGlobals = (globals: Globals): string => digest(JSON.stringify(Object.entries(globals).sort()));

/**
 * 36 hex digits over all that no HAProxy changes without a reload: the process's own values and templates, the frontends, the profiles
 * (12 digits each). Backends are not in it: each one's shape is read back from HAProxy's map 'backends'. Rendered into `description`.
 */
export const fingerprint = (desired: Pick<Desired, 'globals' | 'frontends' | 'profiles'>): string =>
  digestOfGlobals(desired.globals) + digestOf(desired.frontends) + digestOf(desired.profiles);

/** Digits of one part. */
const PART = 12;

/** Which parts of two fingerprints differ. */
interface FingerprintDifference {
  readonly globals: boolean;
  readonly frontends: boolean;
  readonly profiles: boolean;
}

export const fingerprintDifference = (observed: string | undefined, wanted: string): FingerprintDifference => {
  const differs = (index: number): boolean =>
    observed?.slice(index * PART, (index + 1) * PART) !== wanted.slice(index * PART, (index + 1) * PART);
  return { globals: differs(0), frontends: differs(1), profiles: differs(2) };
};

/** The difference in words, for people. */
export const describeDifference = (observed: string | undefined, difference: FingerprintDifference): readonly Reason[] => {
  if (observed === undefined) return [{ words: 'HAProxy runs a configuration that Sluice did not write' }];
  return [
    ...(difference.globals ? [{ words: 'settings or templates differ' }] : []),
    ...(difference.frontends ? [{ words: 'listeners or their rules differ' }] : []),
    ...(difference.profiles ? [{ words: 'the kinds of backends differ' }] : []),
  ];
};
