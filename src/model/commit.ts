import type { AppEntry, Model } from './model.ts';
import type { ModelChange } from './reduce.ts';

/** A model in the hands of its one owner. */
export interface OwnedModel extends Model {
  readonly apps: Map<string, AppEntry>;
  readonly hosts: Map<string, string>;
}

export const emptyModel = (): OwnedModel => ({ apps: new Map(), hosts: new Map() });

/** Puts a change into the model, in place: the cost of an event must not grow with the number of apps. */
export const commit = (model: OwnedModel, change: ModelChange): void => {
  for (const [id, entry] of change.apps) {
    if (entry === undefined) model.apps.delete(id);
    else model.apps.set(id, entry);
  }
  for (const [host, address] of change.hosts) model.hosts.set(host, address);
};
