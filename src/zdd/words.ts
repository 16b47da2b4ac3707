/** '1 task', '2 tasks'. */
export const countOf = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;
