/** How programs find libraries, where some are in other places; time zones of a log. */
const HANDED_ON = ['PATH', 'LD_LIBRARY_PATH', 'LD_PRELOAD', 'OPENSSL_CONF', 'TZ'] as const;

/**
 * All that HAProxy's processes get of Sluice's environment. There may be passwords and keys in it: each worker, and whoever may read its
 * /proc/PID/environ, would have them. Nor can a template read what is not here.
 */
export const environmentOfHaproxy = (): NodeJS.ProcessEnv =>
  Object.fromEntries(HANDED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
