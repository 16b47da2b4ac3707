import { hash } from 'node:crypto';

/** 12 hex digits of the SHA-256 of plain data. Keys must be written in one order: build such values in one place. */
export const digest = (value: unknown): string => hash('sha256', JSON.stringify(value)).slice(0, 12);
