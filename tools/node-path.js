// Where a Node.js is that is new enough: this one, or the one in tools/node. Plain JavaScript that any Node since 18 can run.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const OLDEST_MAJOR = 24;

/** The path of a Node.js >= 24, or undefined when none is installed. */
export const findNode = () => {
  if (Number(process.versions.node.split('.')[0]) >= OLDEST_MAJOR) return process.execPath;
  const bundled = fileURLToPath(new URL(`node/node_modules/node-linux-${process.arch}/bin/node`, import.meta.url));
  return existsSync(bundled) ? bundled : undefined;
};
