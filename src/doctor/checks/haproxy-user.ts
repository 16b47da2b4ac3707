import { messageOf } from '../../kit/error.ts';
import { workersUser } from '../../startup/workers-user.ts';
import { type Check, fail, type Finding, ok, warn } from '../check.ts';

const MAKE_ONE = 'useradd --system --shell /usr/sbin/nologin haproxy   # or --haproxy-user NAME, or off';

const look = (wanted: string | undefined): Finding => {
  try {
    const user = workersUser(wanted);
    if (user.kind === 'own') return ok(`HAProxy will serve as ${user.name} (${user.uid}), without rights`);
    const { because, worrying } = user;
    return worrying ? warn(`HAProxy will serve as root: ${because}`, MAKE_ONE) : ok(`HAProxy will serve as the user of Sluice: ${because}`);
  } catch (error) {
    return fail(messageOf(error), MAKE_ONE);
  }
};

/** As whom HAProxy's workers would serve. */
export const haproxyUser: Check = {
  name: 'haproxy-user',
  find: async ({ settings }) => Promise.resolve([look(settings.haproxyUser)]),
};
