import type { Change } from '../desired/change.ts';
import type { ModelEvent } from '../model/event.ts';
import { Names } from '../names/names.ts';
import type { ZoneChange } from '../dns/zone-change.ts';
import type { Picture } from '../picture/picture.ts';
import { ServerWeights } from './server-weights.ts';

/** What DNS hears of Marathon. */
export interface NamesFeed {
  /** To be called after the event is in the picture. */
  readonly onEvent: (event: ModelEvent) => void;
  /** To be called with each change of Desired. */
  readonly onChange: (change: Change) => void;
  /** Marathon has this name among the frameworks of Mesos. */
  readonly onName: (framework: string) => void;
  /** Marathon's leader has these addresses. */
  readonly onAddresses: (addresses: readonly string[]) => void;
  /** All that was told so far, and what the picture began with. */
  readonly whole: () => ZoneChange;
}

interface NamesFeedOptions {
  readonly picture: Picture;
  /** Until Marathon has told its own. */
  readonly framework: string;
  /** False: as Mesos-DNS has it, all tasks that run. */
  readonly isHealthAware: boolean;
  /** `haproxy`: SRV weights as the servers of the tasks have them. */
  readonly srvWeights: 'even' | 'haproxy';
  readonly tell: (change: ZoneChange) => void;
}

const note = (names: Names, picture: Picture, event: ModelEvent): ZoneChange | undefined => {
  switch (event.kind) {
    case 'snapshot':
      return names.noteAll(picture.model);
    case 'host-address':
      return names.noteHost(picture.model, event.host);
    case 'app':
      return names.note(picture.model, [event.entry.app.id]);
    case 'apps-ended':
      return undefined;
    default:
      return names.note(picture.model, [event.appId]);
  }
};

/** Begins with what is in the picture: with the saved model, where there is one. */
export const feedNames = ({ picture, framework, isHealthAware, srvWeights, tell }: NamesFeedOptions): NamesFeed => {
  const weights = srvWeights === 'haproxy' ? new ServerWeights(picture) : undefined;
  const names = new Names({ framework, isHealthAware, weightOf: (taskId) => weights?.of(taskId) });
  names.noteAll(picture.model);
  const told = (change: ZoneChange | undefined): void => {
    if (change !== undefined) tell(change);
  };
  return {
    onEvent: (event) => told(note(names, picture, event)),
    onChange: ({ backends }) => {
      const appIds = weights?.note(backends);
      if (appIds !== undefined) told(names.noteWeights(picture.model, appIds));
    },
    onName: (name) => told(names.setFramework(picture.model, name)),
    onAddresses: (addresses) => told(names.setAddresses(addresses)),
    whole: () => names.whole(),
  };
};
