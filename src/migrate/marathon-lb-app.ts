import { z } from 'zod';
import type { Definition } from '../check/definitions.ts';
import { commandWords } from './words.ts';

/** The fields of an app that tell whether it is a Marathon-LB, and how it was started. */
const schema = z.looseObject({
  args: z.array(z.string()).nullish(),
  cmd: z.string().nullish(),
  env: z.record(z.string(), z.unknown()).nullish(),
  container: z.looseObject({ docker: z.looseObject({ image: z.string().nullish() }).nullish() }).nullish(),
  uris: z.array(z.string()).nullish(),
  fetch: z.array(z.looseObject({ uri: z.string() })).nullish(),
});

/** An app that is a Marathon-LB. */
export interface MarathonLb {
  readonly appId: string;
  readonly image: string;
  /** Behind the name of the program: ['sse', '--group', 'external']. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Variables whose value Marathon does not tell. */
  readonly secrets: readonly string[];
  /** What is fetched for it: its templates may be in there. */
  readonly fetched: readonly string[];
  /** Its definition. */
  readonly raw: Readonly<Record<string, unknown>>;
}

const IMAGE = /(?:^|\/)marathon-lb(?:[:@]|$)/;
const PROGRAM = /(?:^|\/)(?:marathon_lb\.py|marathon-lb\/run|run)$/;

/** Words behind the program; undefined: this starts something else. */
const argsIn = (words: readonly string[]): readonly string[] | undefined => {
  const at = words.findIndex((word) => PROGRAM.test(word));
  if (at !== -1) return words.slice(at + 1);
  return words[0] === 'sse' || words[0] === 'poll' ? words : undefined;
};

/** What its image does without any. */
const DEFAULT_ARGS = ['sse', '--health-check', '--group', 'external'];

const isMarathonLb = (image: string, words: readonly string[]): boolean =>
  IMAGE.test(image) || words.some((word) => /(?:^|\/)(?:marathon_lb\.py|marathon-lb\/run)$/.test(word));

const toMarathonLb = ({ appId, raw }: Definition): MarathonLb | undefined => {
  const { data } = schema.safeParse(raw);
  if (data === undefined) return undefined;
  const image = data.container?.docker?.image ?? '';
  const words = data.args ?? commandWords(data.cmd ?? '');
  if (!isMarathonLb(image, words)) return undefined;
  const env = Object.entries(data.env ?? {});
  return {
    appId,
    image,
    args: words.length === 0 ? DEFAULT_ARGS : (argsIn(words) ?? words),
    env: Object.fromEntries(env.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []))),
    secrets: env.flatMap(([name, value]) => (typeof value === 'string' ? [] : [name])),
    fetched: [...(data.uris ?? []), ...(data.fetch ?? []).map(({ uri }) => uri)],
    raw: data,
  };
};

/** The apps among these that are a Marathon-LB. */
export const marathonLbsIn = (definitions: readonly Definition[]): readonly MarathonLb[] =>
  definitions.flatMap((definition) => toMarathonLb(definition) ?? []);
