import type { Sources } from './sources.ts';

const linesOf = (entries: readonly (readonly [key: string, backend: string])[]): string =>
  entries
    .map(([key, backend]) => `${key} ${backend}\n`)
    .sort()
    .join('');

/** As Marathon-LB's domain2backend.map: hosts that lead to one backend whatever the path, one a line. */
export const hostLines = ({ routes }: Pick<Sources, 'routes'>): string =>
  linesOf([...routes()].filter(([key]) => key.indexOf('/') === key.length - 1).map(([key, backend]) => [key.slice(0, -1), backend]));

/** As Marathon-LB's app2backend.map: app ids, one a line. */
export const appLines = ({ apps }: Pick<Sources, 'apps'>): string => linesOf([...apps()]);
