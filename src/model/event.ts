import type { AppEntry } from './model.ts';
import type { Task } from './task.ts';

/** What a task status update tells: all of a task but its health, which comes by other events. */
export type TaskFacts = Omit<Task, 'health'>;

/** Everything that can change the model. Made by marathon/, reduced by model/reduce.ts. */
export type ModelEvent =
  /**
   * A full read. The present entry stays for apps in `keep`: they changed while the read was under way and are read again on their own, or
   * cannot be understood. '' in it is an app whose id cannot be read: it may be any that is missing, so none is known to be gone.
   * `isAudit`: the events alone should have led to all of it; absent: something may have been missed.
   * `keepsPods`: the pods could not be read: those that are not among the entries stay.
   */
  | {
      readonly kind: 'snapshot';
      readonly entries: readonly AppEntry[];
      readonly keep: ReadonlySet<string>;
      readonly isAudit?: boolean;
      readonly keepsPods?: boolean;
    }
  /** One app, read again. */
  | { readonly kind: 'app'; readonly entry: AppEntry }
  /** Marathon says that there is no such app. */
  | { readonly kind: 'app-gone'; readonly appId: string }
  /**
   * app_terminated_event, and a deployment_info that stops apps: Marathon tells by itself that they are deleted. Changes nothing; reads that
   * do not have them any more are believed.
   */
  | { readonly kind: 'apps-ended'; readonly appIds: readonly string[] }
  /** status_update_event. */
  | { readonly kind: 'task'; readonly appId: string; readonly task: TaskFacts }
  /** instance_changed_event. `condition`: Running, Killing, Killed, Failed, Unreachable, ... */
  | { readonly kind: 'instance-condition'; readonly appId: string; readonly instanceId: string; readonly condition: string }
  /** instance_health_changed_event: all checks of the instance together; undefined = unknown. */
  | { readonly kind: 'instance-health'; readonly appId: string; readonly instanceId: string; readonly healthy: boolean | undefined }
  /** health_status_changed_event: one check of the instance. */
  | { readonly kind: 'check-result'; readonly appId: string; readonly instanceId: string; readonly alive: boolean }
  /** An agent's name was resolved. */
  | { readonly kind: 'host-address'; readonly host: string; readonly address: string };
