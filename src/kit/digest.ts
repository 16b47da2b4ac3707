import { hash } from 'node:crypto';

/** 12 hex digits of the SHA-256 of a text. */
export const digest = (text: string): string => hash('sha256', text).slice(0, 12);
