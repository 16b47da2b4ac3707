/** This environment with /usr/sbin last in PATH: Debian puts HAProxy there, and not into the PATH of users. */
export const withSbin = (env) => ({ ...env, PATH: `${env.PATH}:/usr/sbin` });
