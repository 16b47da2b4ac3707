/** Whether plain data has more than `most` arrays and records within each other. Looks no deeper: what is built to be deep would end the stack. */
export const isDeeperThan = (most: number, value: unknown): boolean =>
  typeof value === 'object' && value !== null && (most === 0 || Object.values(value).some((inner) => isDeeperThan(most - 1, inner)));
