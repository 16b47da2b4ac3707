import { isAbsolute } from 'node:path';
import { z } from 'zod';

/** Where shares, rollouts and overrides are kept. */
export type RolloutsSettings =
  /** Labels of an app that has no instances. */
  | { readonly kind: 'marathon'; readonly appId: string }
  /** For the Sluices of one host. */
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'off' };

/** As Marathon has ids: words of small letters, digits, '-' and '.'. */
const APP_ID = /^(\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?)+$/;

const read = (text: string): RolloutsSettings | undefined => {
  const [, kind, rest = ''] = /^(marathon|file):(.+)$/.exec(text) ?? [];
  if (text === 'off') return { kind: 'off' };
  if (kind === 'marathon' && APP_ID.test(rest)) return { kind, appId: rest };
  return kind === 'file' && isAbsolute(rest) ? { kind, path: rest } : undefined;
};

export const ROLLOUTS_FLAG = z
  .string()
  .default('marathon:/sluice/rollouts')
  .transform((text, context) => {
    const settings = read(text);
    if (settings !== undefined) return settings;
    context.addIssue({
      code: 'custom',
      message: 'must be marathon:APP-ID such as marathon:/sluice/rollouts, file:PATH with an absolute path, or off',
    });
    return z.NEVER;
  });
