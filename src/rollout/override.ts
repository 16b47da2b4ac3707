import type { Signed } from './signed.ts';

/** What an operator has set by hand, until it is undone. */
export type Override = Signed & { readonly id: string } & (
    | { readonly kind: 'weight'; readonly taskId: string; /** 0 to 256. */ readonly weight: number }
    /** Nothing new for the task; what runs there ends. */
    | { readonly kind: 'drain-task'; readonly taskId: string }
    /** The same for every task of an agent. `host`: as Marathon names it. */
    | { readonly kind: 'drain-agent'; readonly host: string }
    /** Every request for the app is answered 503, with its sorry page. */
    | { readonly kind: 'maintenance'; readonly appId: string }
  );

/** What is ordered, and of what. */
export const orderOf = (override: Override): { readonly verb: 'weight' | 'drain' | 'maintenance'; readonly subject: string } => {
  switch (override.kind) {
    case 'weight':
      return { verb: 'weight', subject: override.taskId };
    case 'drain-task':
      return { verb: 'drain', subject: override.taskId };
    case 'drain-agent':
      return { verb: 'drain', subject: override.host };
    case 'maintenance':
      return { verb: 'maintenance', subject: override.appId };
  }
};
