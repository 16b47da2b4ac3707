import { editDistance } from '../../kit/edit-distance.ts';
import { type AskOptions, AnswerError, ask, type Target } from '../client.ts';
import { EXIT, ExitError } from '../exit-codes.ts';
import type { AllGroups, GroupView } from './group-view.ts';

const ALL = '/v2/rollouts';
const NOT_UNDERSTOOD = 400;
const NOT_FOUND = 404;
/** Another one wrote, or a rollout of the group runs; and what Sluice does not do. */
const REFUSED: readonly number[] = [409, 422];
/** So many names are told where none is like the one that was given. */
const MOST_NAMES = 10;

/** '/shop' from 'shop' and '/shop/'. Throws an ExitError `usage` where it is no id. */
export const toGroup = (text: string): string => {
  const words = text.split('/').filter((word) => word !== '');
  // A URL takes these for folders.
  if (words.length === 0 || words.includes('.') || words.includes('..'))
    throw new ExitError(EXIT.usage, `'${text}' is no deployment group: it is words between slashes, e.g. /shop`);
  return `/${words.join('/')}`;
};

const pathOf = (group: string): string => `${ALL}/${group.split('/').filter(Boolean).map(encodeURIComponent).join('/')}`;

/** What the API says no to has exit codes of its own here. */
const toExit = (error: unknown): unknown => {
  if (!(error instanceof AnswerError)) return error;
  if (error.status === NOT_UNDERSTOOD) return new ExitError(EXIT.usage, error.message);
  return REFUSED.includes(error.status) ? new ExitError(EXIT.refused, `refused: ${error.message}`) : error;
};

const orExit = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    throw toExit(error);
  }
};

/** Names that are like this one, the likest first; without any all of them. */
const namesLike = (name: string, names: readonly string[]): readonly string[] => {
  const like = names
    .map((one) => ({ one, distance: editDistance(name, one) }))
    .filter(({ distance }) => distance <= Math.max(2, name.length / 3))
    .toSorted((a, b) => a.distance - b.distance);
  return (like.length > 0 ? like.map(({ one }) => one) : names).slice(0, MOST_NAMES);
};

export const askAll = async (target: Target): Promise<AllGroups> => orExit(ask<AllGroups>(target, ALL));

/** No such group: says which there are. */
const withNames = async (error: unknown, target: Target, group: string): Promise<never> => {
  if (!(error instanceof AnswerError) || error.status !== NOT_FOUND || error.code === 'NO_SUCH_ENDPOINT') throw error;
  const { groups } = await askAll(target);
  const names = namesLike(
    group,
    groups.map((one) => one.group),
  );
  throw new ExitError(EXIT.failed, `${error.message}; ${names.length === 0 ? 'there is no group' : `there is ${names.join(', ')}`}`);
};

/** A group as it is now. Throws an ExitError: `failed` where there is none of this name. */
export const askGroup = async (target: Target, group: string, options: AskOptions = {}): Promise<GroupView> => {
  try {
    return await ask<GroupView>(target, pathOf(group), undefined, options);
  } catch (error) {
    return withNames(error, target, group);
  }
};

/** Throws an ExitError: `refused` where Sluice does not do it, `usage` where it does not understand. */
export const postRollout = async <T>(target: Target, body: object): Promise<T> => orExit(ask<T>(target, ALL, body));

/** The same for one group. */
export const postGroup = async <T>(target: Target, group: string, body: object): Promise<T> => {
  try {
    return await ask<T>(target, pathOf(group), body);
  } catch (error) {
    return withNames(toExit(error), target, group);
  }
};
