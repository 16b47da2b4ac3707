/** The end of a `switch` over a union: does not compile when a kind is missing. */
export const never = (value: never): never => {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
};
