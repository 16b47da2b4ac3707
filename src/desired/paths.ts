import type { PortSettings } from '../labels/catalogue.ts';
import type { PathTest } from './routing-block.ts';

type Settings = Pick<PortSettings, 'paths' | 'pathRegex'>;

/** Whether the port is about some paths of its hosts only. */
export const hasPaths = ({ paths, pathRegex }: Settings): boolean =>
  pathRegex !== undefined || (paths !== undefined && (paths.prefixes.length > 0 || paths.notPrefixes !== undefined));

/** Whether its paths are prefixes as clients write them: nothing else can be looked up in a map by the longest. */
export const canBeMapped = ({ paths, pathRegex }: Settings): boolean =>
  pathRegex === undefined && (paths === undefined || paths.prefixes.length === 0 || !paths.anyCase);

const wordsOf = (text: string): readonly string[] => text.split(' ').filter((word) => word !== '' && !word.startsWith('-'));

/** What requests are asked for, one after the other: each that is true is enough. */
export const pathTests = ({ paths, pathRegex }: Settings): readonly PathTest[] => {
  const prefixes = paths === undefined || paths.notPrefixes === undefined ? (paths?.prefixes ?? []) : wordsOf(paths.text);
  return [
    ...(prefixes.length === 0 ? [] : [{ kind: 'prefix', anyCase: paths?.anyCase === true, patterns: prefixes } as const]),
    ...(pathRegex === undefined ? [] : [{ kind: 'regex', anyCase: pathRegex.anyCase, patterns: pathRegex.regexes } as const]),
  ];
};

/** How many paths the port asks for. */
export const countPaths = (settings: Settings): number => pathTests(settings).reduce((sum, { patterns }) => sum + patterns.length, 0);

/** What {path} stands for in a text; undefined: the port has none. */
export const pathText = ({ paths, pathRegex }: Settings): string | undefined => {
  if (paths !== undefined) return paths.text.trim().replaceAll(/ +/g, ' ');
  return pathRegex === undefined ? undefined : `${pathRegex.anyCase ? '-i ' : ''}${pathRegex.regexes.join(' ')}`;
};
