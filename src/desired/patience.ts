/** In milliseconds and tries, as in `defaults sluice`. */
const USUAL = { connect: 3000, retries: 3 };

/** Between two tries of one server HAProxy waits so long. */
const TURN_AROUND = 1000;

/** So long after it was retired a server is deleted: no request may be on its way to it then, or HAProxy 2.6 may crash. */
const LONGEST = 20_000;

/** Whether a request has found a server, or none, before one that was retired is deleted. `connect`: milliseconds; undefined: as usual. */
export const endsInTime = (connect: number = USUAL.connect, retries: number = USUAL.retries): boolean =>
  (retries + 1) * connect + retries * TURN_AROUND < LONGEST;
