import { readdirSync } from 'node:fs';
import type { ProcessFacts } from './metric.ts';

const countOpenFiles = (): number | undefined => {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    // Not a Linux, or no descriptor left to look with: then there is no number to give.
    return undefined;
  }
};

export const processFacts = (): ProcessFacts => {
  const { user, system } = process.cpuUsage();
  return {
    residentBytes: process.memoryUsage.rss(),
    cpuSeconds: (user + system) / 1e6,
    startedAtSeconds: Math.round(Date.now() / 1000 - process.uptime()),
    openFiles: countOpenFiles(),
  };
};
