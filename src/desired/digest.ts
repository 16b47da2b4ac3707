import { createHash } from 'node:crypto';

/** 12 hex digits of the SHA-256 of plain data. Keys must be written in one order: build such values in one place. */
export const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12);
