import type { RenderedFile } from '../render/file.ts';
import type { Section } from '../render/section.ts';

/** `haproxy -c` of all '.cfg' files among these; rejects with ConfigRefused, or with CheckEndless after the limit. */
export type Check = (files: readonly RenderedFile[], limitMs?: number) => Promise<void>;

/** A configuration that HAProxy was given. */
export interface Rendered {
  readonly files: readonly RenderedFile[];
  /** Those of apps. */
  readonly sections: readonly Section[];
  /** The files without any section of an app. */
  readonly shared: () => readonly RenderedFile[];
}
