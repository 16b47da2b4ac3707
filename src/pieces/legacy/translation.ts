import type { Line } from '../lines.ts';

/** Lines that stand in place of an old one, none where it had no effect any more; or a phrase that says what to write. */
export type Translation = { readonly lines: readonly Line[] } | { readonly wrong: string };
