/** Forms of crypt(3), each with a bound on its cost: HAProxy computes it for every request, and nothing else goes on in that thread meanwhile. */
const HASHES: readonly RegExp[] = [
  /^[A-Za-z0-9./]{13}$/,
  /^\$1\$[A-Za-z0-9./]{0,8}\$[A-Za-z0-9./]{22}$/,
  /^\$5\$(rounds=(\d{4}|1\d{4})\$)?[A-Za-z0-9./]{0,16}\$[A-Za-z0-9./]{43}$/,
  /^\$6\$(rounds=(\d{4}|1\d{4})\$)?[A-Za-z0-9./]{0,16}\$[A-Za-z0-9./]{86}$/,
  /^\$2[aby]\$0[4-8]\$[A-Za-z0-9./]{53}$/,
  /^\$y\$j[4-9]T\$[A-Za-z0-9./]{0,86}\$[A-Za-z0-9./]{43}$/,
];

/** Whether this is a password as crypt(3) makes it, which HAProxy compares with soon enough. */
export const isPasswordHash = (text: string): boolean => HASHES.some((hash) => hash.test(text));
