/** Health of a task as Marathon sees it: all results alive, any not alive, or no result (yet). */
export type TaskHealth = 'healthy' | 'unhealthy' | 'unknown';

/** A container of a pod's instance: to Mesos a task of its own. */
export interface TaskContainer {
  readonly name: string;
  /** Of the Mesos task, 'shop_pod.instance-<uuid>.web.1'. '' while Marathon does not tell. */
  readonly taskId: string;
  /** As of a task. */
  readonly state: string;
}

/** What Sluice needs of a task, or of an instance of a pod. */
export interface Task {
  /** 'shop_cart.instance-<uuid>._app.1' and older forms; of a pod the instance's. */
  readonly id: string;
  /** 'shop_cart.instance-<uuid>'; in 1.4 to 1.7 'shop_cart.marathon-<uuid>'; '' where Marathon does not tell. */
  readonly instanceId: string;
  /** Agent's host name or address. '' when unknown. */
  readonly host: string;
  /** Container's addresses; in host mode the agent's. */
  readonly ipAddresses: readonly string[];
  /** Host ports; of a pod one for each endpoint, 0 where it has none. */
  readonly ports: readonly number[];
  /** Mesos task state: TASK_RUNNING ... */
  readonly state: string;
  readonly health: TaskHealth;
  /** Version of the app this task was started with; '' when unknown. */
  readonly version: string;
  /** Mesos's id of the agent, '4fb620fa-...-S0'. Absent: Marathon does not tell. */
  readonly agentId?: string;
  /** Of a pod's instance, in Marathon's order, as the last read told them. Absent: it is a task of an app, or was saved by a Sluice that did not ask. */
  readonly containers?: readonly TaskContainer[];
}
