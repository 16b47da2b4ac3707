import { type Blame, isError } from '../haproxy/blame.ts';
import { ConfigRefused } from '../haproxy/diagnostics.ts';
import { filesWithout, withoutThese } from '../haproxy/trial.ts';
import type { Section } from '../render/section.ts';
import { neededFirst } from './halves.ts';
import type { Check, Rendered } from './rendered.ts';

/**
 * Among what is new or changed and fine alone: the first that HAProxy does not take beside the rest. What serves keeps its place. Nobody: HAProxy
 * refuses what serves too, or takes it all by now. As many checks as it takes to halve all suspects down to one.
 */
export const findTogether = async (check: Check, suspects: readonly Section[], rendered: Rendered): Promise<readonly Blame[]> => {
  const ordered = neededFirst(suspects);
  const { files, sections } = rendered;
  /** What HAProxy says of what serves, with the first few of them. */
  const refusalOfFirst = async (count: number): Promise<ConfigRefused | undefined> => {
    const kept = new Set(withoutThese(sections, new Set(ordered.slice(count))));
    const left = new Set(sections.filter((section) => !kept.has(section)));
    try {
      await check(filesWithout(files, sections, left));
      return undefined;
    } catch (error) {
      if (error instanceof ConfigRefused) return error;
      throw error;
    }
  };
  if (suspects.length === 0 || (await refusalOfFirst(0)) !== undefined) return [];
  let taken = 0;
  let refused = ordered.length;
  let refusal = await refusalOfFirst(refused);
  if (refusal === undefined) return [];
  while (refused - taken > 1) {
    const middle = Math.floor((taken + refused) / 2);
    const told = await refusalOfFirst(middle);
    if (told === undefined) taken = middle;
    else [refused, refusal] = [middle, told];
  }
  const section = ordered[refused - 1];
  const diagnostic = refusal.diagnostics.find(isError);
  if (section === undefined) return [];
  const message = `not beside what serves already: ${diagnostic?.message ?? refusal.message}`;
  return [{ section, diagnostic: { severity: 'alert', message } }];
};
