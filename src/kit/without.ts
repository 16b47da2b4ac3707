/** Of each member of a union by itself. */
type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** The same without these. */
export const without = <T extends object, K extends keyof T>(value: T, ...keys: readonly K[]): Without<T, K> =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key as K))) as Without<T, K>;
