import { messageOf } from '../kit/error.ts';
import type { AppFacts } from '../rollout/facts.ts';
import type { GroupObservation, Observations } from '../rollout/observation.ts';
import { livingTasks } from '../rollout/serving.ts';
import type { Self } from './leader.ts';

interface Eyes {
  /** Absent: this Sluice runs in no Marathon, and is alone. */
  readonly self: Self | undefined;
  /** Of this Sluice. @throws SluiceError when HAProxy does not answer */
  readonly observe: (group: string) => Promise<GroupObservation | undefined>;
  /** @throws SluiceError when Marathon does not answer */
  readonly facts: (appId: string) => Promise<AppFacts | undefined>;
}

type Missing = Observations['missing'];

/** Tasks of Sluice's own app are balancers too, whatever their health: what runs on them is not asked yet. */
const others = async ({ self, facts }: Eyes): Promise<Missing> => {
  if (self === undefined) return [];
  const tasks = livingTasks(await facts(self.appId)).filter(({ id }) => id !== self.taskId);
  return tasks.map(({ id }) => ({ sluice: id, because: 'Sluices cannot ask each other yet' }));
};

/** What all Sluices see of a group. Who is not seen is missing, and nothing is proved then. @throws SluiceError when Marathon does not answer */
export const observeAll = async (eyes: Eyes, group: string): Promise<Observations> => {
  const missing = await others(eyes);
  try {
    const seen = await eyes.observe(group);
    return { seen: seen === undefined ? [] : [seen], missing };
  } catch (error) {
    return { seen: [], missing: [...missing, { sluice: eyes.self?.taskId ?? 'this one', because: messageOf(error) }] };
  }
};
