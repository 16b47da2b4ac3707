import { emptyModel, type OwnedModel } from '../../src/model/commit.ts';
import { anEntry, aTask } from '../kit/builders.ts';

/** Apps `/app/0`, `/app/1`, ... with so many tasks each. */
export const manyApps = (apps: number, tasks = 1): OwnedModel => {
  const model = emptyModel();
  for (let at = 0; at < apps; at += 1)
    model.apps.set(
      `/app/${at}`,
      anEntry(
        { id: `/app/${at}`, labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: `app-${at}.example` } },
        Array.from({ length: tasks }, (_, number) => aTask({ id: `app_${at}.instance-${number}._app.1` })),
      ),
    );
  return model;
};
