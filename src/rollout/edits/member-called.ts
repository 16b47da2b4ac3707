import type { Member } from '../members.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { nearest } from './nearest.ts';

/** The app of a group that goes by this name: its id, or its colour. */
export const memberCalled = (name: string, group: string, members: readonly Member[]): Member | Refusal => {
  const found = members.find(({ appId }) => appId === name) ?? members.find(({ colour }) => colour === name);
  if (found !== undefined) return found;
  const colours = members.map(({ colour }) => colour);
  return refuse('BAD_REQUEST', `${group} has no colour ${name}, but ${colours.join(', ')}${nearest(name, colours)}`);
};
