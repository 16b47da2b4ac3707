import { messageOf } from '../kit/error.ts';
import type { GroupObservation, Observations } from '../rollout/observation.ts';

interface Eyes {
  /** Who this Sluice is. */
  readonly sluice: string;
  /** Of this Sluice. @throws SluiceError when HAProxy does not answer */
  readonly observe: (group: string) => Promise<GroupObservation>;
  /** Of the others. @throws SluiceError when Marathon does not say who they are */
  readonly observeOthers: (group: string) => Promise<Observations>;
}

const observeHere = async ({ sluice, observe }: Eyes, group: string): Promise<Observations> => {
  try {
    return { seen: [await observe(group)], missing: [] };
  } catch (error) {
    return { seen: [], missing: [{ sluice, because: messageOf(error) }] };
  }
};

/** What all Sluices see of a group. Who is not seen is missing, and nothing is proved then. @throws SluiceError as observeOthers */
export const observeAll = async (eyes: Eyes, group: string): Promise<Observations> => {
  const [here, others] = await Promise.all([observeHere(eyes, group), eyes.observeOthers(group)]);
  return { seen: [...here.seen, ...others.seen], missing: [...here.missing, ...others.missing] };
};
