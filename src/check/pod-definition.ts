import type { Problem } from '../kit/problem.ts';
import { whatIsWrong } from '../marathon/payload/entry.ts';
import { toPodEntry } from '../marathon/payload/pod-entry.ts';
import { podStatusSchema } from '../marathon/payload/pod-schema.ts';
import type { AppEntry } from '../model/model.ts';
import type { Definition } from './definitions.ts';

/** Only pods have containers by the name of a list. */
export const isPod = ({ raw }: Definition): boolean =>
  typeof raw === 'object' && raw !== null && 'containers' in raw && Array.isArray(raw.containers);

/** The pod that Marathon would make of a definition, without instances; or why it would refuse it. @param now ISO 8601: see `entriesOf` */
export const podEntryOf = ({ appId, raw }: Definition, now: string): AppEntry | Problem => {
  const status = { spec: { version: now, ...(raw as object), id: appId }, instances: [] };
  const parsed = podStatusSchema.safeParse(status);
  const { value } = toPodEntry(status);
  if (parsed.success && value !== undefined) return value;
  return { appId, message: `it is no pod definition: ${parsed.success ? '' : whatIsWrong(parsed.error)}` };
};
