import type { UserAndPassword } from './options.ts';

/** Value of the Authorization header. */
export const basic = ({ user, password }: UserAndPassword): string => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
