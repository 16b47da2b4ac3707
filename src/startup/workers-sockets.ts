import { join } from 'node:path';

const NAME = 'endpoints.sock';

/** Where Sluice listens for what HAProxy asks it: in the folder that is the root of workers which have given up their rights. */
export const endpointsSocketIn = (runDir: string): string => join(runDir, 'workers', NAME);

/** The same path as workers see it. */
export const endpointsSocketForWorkers = (runDir: string, haveOwnRoot: boolean): string =>
  haveOwnRoot ? `/${NAME}` : endpointsSocketIn(runDir);

/** Short: HAProxy makes it under a longer name first, and there is little room in the path of a socket. */
const PASSTHROUGH = 'tls';

/** Where HAProxy's frontend of decrypted requests listens for the one before it. */
export const passthroughSocketIn = (runDir: string): string => join(runDir, 'workers', PASSTHROUGH);

/** The same path as workers see it. */
export const passthroughSocketForWorkers = (runDir: string, haveOwnRoot: boolean): string =>
  haveOwnRoot ? `/${PASSTHROUGH}` : passthroughSocketIn(runDir);
