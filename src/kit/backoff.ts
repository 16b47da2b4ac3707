/**
 * How long to wait before trying again: doubles with each failure, between half and all of it by chance, so that many clients of one
 * server that was away do not come back in step.
 * @param failures in a row, from 1
 */
export const backoffMs = (failures: number, limits: { readonly baseMs: number; readonly maxMs: number }, random = Math.random): number => {
  const fullMs = Math.min(limits.maxMs, limits.baseMs * 2 ** Math.min(failures - 1, 30));
  return fullMs / 2 + (random() * fullMs) / 2;
};
