import { hideCredentials } from '../kit/hide-credentials.ts';

const SECRET = /^--(?:auth-credentials|dcos-auth-credentials|stats-auth)$/;

/** Arguments without the passwords in them. */
export const hideArguments = (args: readonly string[]): readonly string[] =>
  args.map((word, at) => {
    if (SECRET.test(args[at - 1] ?? '')) return '***';
    const [, flag = ''] = /^(--[a-z-]+)=/.exec(word) ?? [];
    return SECRET.test(flag) ? `${flag}=***` : hideCredentials(word);
  });
