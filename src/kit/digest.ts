import { hash } from 'node:crypto';

/** 12 hex digits of the SHA-256 of a text: enough against chance. */
export const digest = (text: string): string => hash('sha256', text).slice(0, 12);

/** 32 hex digits of it: whoever may write texts finds no two that have the same. For names that stand for their content. */
export const identity = (text: string): string => hash('sha256', text).slice(0, 32);
