/** What a key of the file must hold; `read` gives undefined for anything else. */
export interface Reader<T> {
  /** For a message: 'a whole number from 0 to 65535'. */
  readonly needs: string;
  readonly read: (value: unknown) => T | undefined;
}

export const text: Reader<string> = { needs: 'a text', read: (value) => (typeof value === 'string' ? value : undefined) };

export const flag: Reader<boolean> = { needs: 'true or false', read: (value) => (typeof value === 'boolean' ? value : undefined) };

export const whole = (least: number, most: number): Reader<number> => ({
  needs: `a whole number from ${least} to ${most}`,
  read: (value) => (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most ? value : undefined),
});

const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every((one) => typeof one === 'string');

export const texts: Reader<readonly string[]> = { needs: 'a list of texts', read: (value) => (isTexts(value) ? value : undefined) };

/** An object that is no list; its own keys alone. */
export const entriesOf = (value: unknown): readonly [string, unknown][] | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : undefined;

/** Entries, for keys that are names of zones: '__proto__' is one of them like any other. */
export type TextLists = readonly (readonly [string, readonly string[]])[];

export const textLists: Reader<TextLists> = {
  needs: 'an object of lists of texts',
  read: (value) => {
    const entries = entriesOf(value)?.map(([key, list]): readonly [string, readonly string[]] | undefined =>
      isTexts(list) ? [key, list] : undefined,
    );
    return entries?.every((one) => one !== undefined) === true ? entries : undefined;
  },
};

export interface Credentials {
  readonly principal: string;
  readonly secret: string;
}

/** Its keys in any case, as those of the file; others are ignored. */
export const credentials: Reader<Credentials> = {
  needs: 'an object with the texts principal and secret',
  read: (value) => {
    const entries = entriesOf(value);
    const named = (name: string): unknown => entries?.findLast(([key]) => key.toLowerCase() === name)?.[1] ?? '';
    const [principal, secret] = [named('principal'), named('secret')];
    return entries !== undefined && typeof principal === 'string' && typeof secret === 'string' ? { principal, secret } : undefined;
  },
};
