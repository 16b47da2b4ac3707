import type { App } from './app.ts';
import type { FormerChecks } from './former-checks.ts';
import type { Since } from './since.ts';
import type { Task } from './task.ts';

/** An app and its tasks: the unit in which everything is rebuilt. */
export interface AppEntry {
  readonly app: App;
  /** By task id. */
  readonly tasks: ReadonlyMap<string, Task>;
  readonly since: Since;
  /** Marathon holds a task to the checks it was started with. Absent: all tasks that run have the present ones. */
  readonly formerChecks?: readonly FormerChecks[];
}

/** Everything Marathon told. Entries are replaced, never changed: the same entry object means nothing changed in that app. */
export interface Model {
  /** By app id. */
  readonly apps: ReadonlyMap<string, AppEntry>;
  /** Addresses of agents that Marathon knows by name: host name -> IP address. */
  readonly hosts: ReadonlyMap<string, string>;
}
