import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of the test's own, and its end. The name is short: Unix sockets have 107 characters. */
export const tempFolder = (): { readonly path: string; readonly remove: () => void } => {
  const path = mkdtempSync(join(tmpdir(), 'sl-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
};
