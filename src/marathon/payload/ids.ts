const UUID = '[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}';
/** `shop_cart.instance-<uuid>._app.1` (1.8 and later), `shop_pod.instance-<uuid>.web[.1]` (pods). */
const OF_INSTANCE = new RegExp(`^(.+\\.instance-${UUID})(?:\\.([^.]+))?`, 'i');
/** `shop_cart.<uuid>`, of a resident app `shop_cart.<uuid>.2` (1.4 to 1.7). */
const OF_UUID = new RegExp(`^(.+)\\.(${UUID})(?:\\.\\d+)?$`, 'i');
/** What an app's only container is called: it has no name of its own. */
const APP_CONTAINERS: ReadonlySet<string | undefined> = new Set([undefined, '_app', '$anon']);

/** The instance that a task belongs to, by the form of its id; '' where the form is not known. */
export const instanceIdOf = (taskId: string): string => {
  const ofInstance = OF_INSTANCE.exec(taskId);
  if (ofInstance?.[1] !== undefined) return ofInstance[1];
  const ofUuid = OF_UUID.exec(taskId);
  return ofUuid === null ? '' : `${ofUuid[1]}.marathon-${ofUuid[2]}`;
};

/** Pods' tasks carry the name of their container. */
export const isPodTaskId = (taskId: string): boolean => {
  const ofInstance = OF_INSTANCE.exec(taskId);
  return ofInstance !== null && !APP_CONTAINERS.has(ofInstance[2]);
};
