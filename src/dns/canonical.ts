import { hash } from 'node:crypto';
import { wire } from './flat.ts';
import { withoutTrailingDashes } from './labels.ts';
import { lower } from './name.ts';

const ZBASE32 = 'ybndrfg8ejkmcpqxot1uwisza345h769';
const MOST_LABEL = 63;

/** Five characters that stand for a task's id: the first 25 bits of its SHA-1 in z-base-32. */
const taskHash = (id: string): string => {
  const bits = hash('sha1', id, 'buffer').readUInt32BE(0) >>> 7;
  return [20, 15, 10, 5, 0].map((shift) => ZBASE32.charAt((bits >>> shift) & 31)).join('');
};

/** What stands behind the task's label in its canonical name: '-rr6oj-s0'. @param agentId Mesos's, 'ab12-S0': what is behind the last '-' counts */
export const canonicalSuffix = (taskId: string, agentId: string): string =>
  `-${taskHash(taskId)}-${lower(wire(agentId.slice(agentId.lastIndexOf('-') + 1)))}`;

/**
 * Mesos-DNS's name for one task: 'web-prod-rr6oj-s0'. Unlike there the label is cut so that the whole fits. Undefined: nothing of it would be left.
 * @param suffix of canonicalSuffix
 */
export const canonicalLabel = (label: string, suffix: string): string | undefined => {
  const head = withoutTrailingDashes(label.slice(0, Math.max(0, MOST_LABEL - suffix.length)));
  return head === '' ? undefined : head + suffix;
};
