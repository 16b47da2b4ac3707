import { z } from 'zod';
import type { Checked, Problem } from '../../kit/problem.ts';
import type { App } from '../../model/app.ts';
import type { AppEntry } from '../../model/model.ts';
import { sinceOf } from '../../model/since.ts';
import type { Task } from '../../model/task.ts';
import { appSchema, type RawApp } from './app-schema.ts';
import { toHealthCheck } from './health-checks.ts';
import { networkOf } from './network.ts';
import { portsOf } from './ports.ts';
import { toTask } from './task.ts';

/** An app or a pod as Marathon sent it. `value` is undefined when its shape is wrong; `appId` is '' when not even its id can be read. */
export interface ReadApp extends Checked<AppEntry | undefined> {
  readonly appId: string;
}

const toApp = (raw: RawApp): App => {
  const network = networkOf(raw);
  const ports = portsOf(raw, network);
  return {
    id: raw.id,
    labels: raw.labels ?? {},
    instances: raw.instances ?? 1,
    version: raw.version ?? '',
    lastConfigChangeAt: raw.versionInfo?.lastConfigChangeAt ?? raw.version ?? '',
    ...(raw.versionInfo?.lastScalingAt == null ? {} : { lastScalingAt: raw.versionInfo.lastScalingAt }),
    network,
    ports: ports.ports,
    ...(ports.definedPorts === undefined ? {} : { definedPorts: ports.definedPorts }),
    healthChecks: (raw.healthChecks ?? []).map((check) => toHealthCheck(check, ports)),
  };
};

/** The first of what zod found. */
export const whatIsWrong = (error: z.ZodError): string => {
  const [first] = error.issues;
  return first === undefined ? error.message : `${first.path.join('.') || 'it'}: ${first.message}`;
};

const wrongTask = (appId: string, raw: unknown, error: z.ZodError): Problem => {
  const id = z.object({ id: z.string() }).safeParse(raw).data?.id ?? 'without an id';
  return { appId, message: `Marathon sent task ${id} in a shape that Sluice does not know, so it gets no traffic: ${whatIsWrong(error)}` };
};

/** The tasks of an app; those that `toOne` throws ZodError at are left out and told. */
export const readTasks = (appId: string, raw: readonly unknown[], toOne: (raw: unknown) => Task): Checked<ReadonlyMap<string, Task>> => {
  const tasks = new Map<string, Task>();
  const problems: Problem[] = [];
  for (const one of raw) {
    try {
      const task = toOne(one);
      tasks.set(task.id, task);
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      problems.push(wrongTask(appId, one, error));
    }
  }
  return { value: tasks, problems };
};

/** Nothing of it can be used. */
export const wrongShape = (what: 'app' | 'pod', raw: unknown, error: z.ZodError): ReadApp => {
  const appId = z.object({ id: z.string() }).safeParse(raw).data?.id ?? '';
  const message = `Marathon sent this ${what} in a shape that Sluice does not know, so what was known of it stays: ${whatIsWrong(error)}`;
  return { appId, value: undefined, problems: [{ appId, message }] };
};

/** An app and its tasks as Marathon's /v2/apps has them, all forms since 1.3. Never throws: what has a wrong shape is left out and told. */
export const toEntry = (raw: unknown): ReadApp => {
  const parsed = appSchema.safeParse(raw);
  if (!parsed.success) return wrongShape('app', raw, parsed.error);
  const app = toApp(parsed.data);
  const tasks = readTasks(app.id, parsed.data.tasks, (one) => toTask(one, app));
  return { appId: app.id, value: { app, tasks: tasks.value, since: sinceOf(app) }, problems: tasks.problems };
};
