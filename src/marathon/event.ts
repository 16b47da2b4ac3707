import { z } from 'zod';
import type { ModelEvent } from '../model/event.ts';
import { instanceIdOf, isPodTaskId } from './payload/ids.ts';
import { onAgent } from './payload/task.ts';

/** What an event tells by itself, and which apps and pods have to be read to know the rest. */
export interface EventMeaning {
  readonly events: readonly ModelEvent[];
  readonly appIds: readonly string[];
  /** True where the event is about definitions. Tasks and instances may as well be of something that this user may not see, or that is gone. */
  readonly isOfApps: boolean;
}

const NOTHING: EventMeaning = { events: [], appIds: [], isOfApps: false };

const ofApps = (appIds: readonly string[]): EventMeaning => ({ events: [], appIds, isOfApps: true });

const says = (event: ModelEvent & { readonly appId: string }): EventMeaning => ({
  events: [event],
  appIds: [event.appId],
  isOfApps: false,
});

/** The end of one container of a pod that the others do not outlive, as the condition of the instance. */
const ENDS: ReadonlyMap<string, string> = new Map([
  ['TASK_KILLING', 'Killing'],
  ['TASK_KILLED', 'Killed'],
  ['TASK_FAILED', 'Failed'],
  ['TASK_ERROR', 'Error'],
  ['TASK_GONE', 'Gone'],
  ['TASK_GONE_BY_OPERATOR', 'Gone'],
  ['TASK_DROPPED', 'Dropped'],
]);

/**
 * A container of a pod: what becomes of the instance is told by instance_changed_event, which waits for the last container where they are killed. One that
 * has ended well may have done its work: the pod is read.
 */
const ofContainer = (appId: string, taskId: string, state: string): EventMeaning => {
  const condition = ENDS.get(state);
  if (condition === undefined) return { events: [], appIds: [appId], isOfApps: false };
  return says({ kind: 'instance-condition', appId, instanceId: instanceIdOf(taskId), condition });
};

const statusUpdate = z
  .object({
    appId: z.string(),
    taskId: z.string().min(1),
    taskStatus: z.string(),
    host: z.string().nullish(),
    slaveId: z.string().nullish(),
    ipAddresses: z.array(z.object({ ipAddress: z.string() })).nullish(),
    ports: z.array(z.int().min(0).max(65535)).nullish(),
    version: z.string().nullish(),
  })
  .transform((raw): EventMeaning => {
    if (isPodTaskId(raw.taskId)) return ofContainer(raw.appId, raw.taskId, raw.taskStatus);
    const task = {
      id: raw.taskId,
      instanceId: instanceIdOf(raw.taskId),
      // Marathon writes "unknown" for a task that has no agent.
      host: raw.host == null || raw.host === 'unknown' ? '' : raw.host,
      ipAddresses: raw.ipAddresses?.map(({ ipAddress }) => ipAddress) ?? [],
      ports: raw.ports ?? [],
      state: raw.taskStatus,
      version: raw.version ?? '',
      ...onAgent(raw.slaveId),
    };
    return says({ kind: 'task', appId: raw.appId, task });
  });

const instanceChanged = z
  .object({ runSpecId: z.string(), instanceId: z.string(), condition: z.string() })
  .transform(({ runSpecId: appId, instanceId, condition }) => says({ kind: 'instance-condition', appId, instanceId, condition }));

/** `healthy: null` = not known. */
const instanceHealthChanged = z
  .object({ runSpecId: z.string(), instanceId: z.string(), healthy: z.boolean().nullish() })
  .transform(({ runSpecId: appId, instanceId, healthy }) =>
    says({ kind: 'instance-health', appId, instanceId, healthy: healthy ?? undefined }),
  );

/** Marathon 1.3 and before name the task, later ones the instance; a task's id stands for its instance in the model. */
const healthStatusChanged = z
  .union([
    z.object({ appId: z.string(), instanceId: z.string(), alive: z.boolean() }),
    z.object({ appId: z.string(), taskId: z.string().transform(instanceOrTask), alive: z.boolean() }),
  ])
  .transform((raw) => {
    const instanceId = 'instanceId' in raw ? raw.instanceId : raw.taskId;
    return says({ kind: 'check-result', appId: raw.appId, instanceId, alive: raw.alive });
  });

function instanceOrTask(taskId: string): string {
  return instanceIdOf(taskId) || taskId;
}

const aboutApp = z.object({ appId: z.string() }).transform(({ appId }) => ofApps([appId]));

const appTerminated = z
  .object({ appId: z.string() })
  .transform(({ appId }): EventMeaning => ({ ...ofApps([appId]), events: [{ kind: 'apps-ended', appIds: [appId] }] }));

const apiPost = z.object({ appDefinition: z.object({ id: z.string() }) }).transform(({ appDefinition }) => ofApps([appDefinition.id]));

/** The actions of pods have `pod` in place of `app`. */
const action = z.object({ app: z.string().nullish(), pod: z.string().nullish(), action: z.string().nullish() });
const plan = z.object({ plan: z.object({ steps: z.array(z.object({ actions: z.array(action) })) }) });

type Plan = z.infer<typeof plan>;

const appsIn = ({ plan: { steps } }: Plan, isMeant: (action: string) => boolean): readonly string[] => {
  const named = steps.flatMap(({ actions }) =>
    actions.flatMap(({ app, pod, action: what }) => {
      const id = app ?? pod;
      return id != null && isMeant(what ?? '') ? [id] : [];
    }),
  );
  return [...new Set(named)];
};

const deployment = plan.transform((raw) => ofApps(appsIn(raw, () => true)));

/** Apps and pods that a plan stops are gone from Marathon's lists at once, while their tasks still run. */
const deploymentInfo = plan.transform((raw): EventMeaning => {
  const ended = appsIn(raw, (what) => what === 'StopApplication' || what === 'StopPod');
  return { ...ofApps(appsIn(raw, () => true)), events: ended.length === 0 ? [] : [{ kind: 'apps-ended', appIds: ended }] };
});

/** Events of pods have the path of the request that changed them: '/v2/pods//shop/pod?force=true'. */
const podIn = (uri: string): readonly string[] => {
  const path = /\/v2\/pods\/+([^/?][^?]*)/.exec(uri)?.[1];
  return path === undefined ? [] : [`/${decodeURIComponent(path.replace(/\/+$/, ''))}`];
};

const podEvent = z.object({ uri: z.string() }).transform(({ uri }) => podIn(uri));

const aboutPod = podEvent.transform(ofApps);

const podDeleted = podEvent.transform((appIds): EventMeaning => ({ ...ofApps(appIds), events: [{ kind: 'apps-ended', appIds }] }));

/**
 * The events that Sluice asks for. Not asked for:
 * - failed_health_check_event: the flip comes as health_status_changed_event, and its `taskId` is an instance's id since Marathon 1.5.
 * - group_change_success: names a group only; the deployment_info that follows every accepted write names the apps.
 * - pod_created_event: does not name the pod either.
 * - add/remove_health_check_event, scheduler_*_event: change nothing that is balanced.
 */
const schemas = {
  status_update_event: statusUpdate,
  instance_changed_event: instanceChanged,
  instance_health_changed_event: instanceHealthChanged,
  health_status_changed_event: healthStatusChanged,
  api_post_event: apiPost,
  pod_updated_event: aboutPod,
  pod_deleted_event: podDeleted,
  deployment_info: deploymentInfo,
  deployment_step_success: deployment,
  deployment_step_failure: deployment,
  deployment_success: deployment,
  deployment_failed: deployment,
  app_terminated_event: appTerminated,
  unhealthy_task_kill_event: aboutApp,
  unhealthy_instance_kill_event: aboutApp,
  /** Proof that the stream is attached: Marathon publishes it after it has subscribed the stream. */
  event_stream_attached: z.unknown().transform(() => NOTHING),
} as const;

type EventType = keyof typeof schemas;

export const EVENT_TYPES = Object.keys(schemas) as readonly EventType[];

const isEventType = (type: string): type is EventType => Object.hasOwn(schemas, type);

/**
 * The meaning of one event of the stream, by Marathon's `eventType`; any other type means nothing.
 * @param raw the parsed JSON of its `data`
 * @throws ZodError when a field that is read has a wrong shape
 */
export const toMeaning = (type: string, raw: unknown): EventMeaning => (isEventType(type) ? schemas[type].parse(raw) : NOTHING);
