import { type Check, fail, ok } from '../check.ts';

/** The packages that Sluice is made of crash at import on older ones, or say that they need newer ones. */
const OLDEST_MAJOR = 24;

export const node: Check = {
  name: 'node',
  find: async () => {
    const { node: version } = process.versions;
    return Number(version.split('.')[0]) >= OLDEST_MAJOR
      ? [ok(`Node.js ${version}`)]
      : [
          fail(
            `Node.js ${version} is too old: ${OLDEST_MAJOR} or later is needed`,
            'node tools/setup.js node   # then start it with bin/sluice.js',
          ),
        ];
  },
};
