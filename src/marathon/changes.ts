import { inPath } from './app-path.ts';

/** A request that changes something in Marathon. */
export interface Change {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
}

export const createApp = (definition: unknown): Change => ({ method: 'POST', path: '/v2/apps', body: definition });

/** Refused with 409 while a deployment has the app: nobody's work is overridden. */
export const scaleApp = (id: string, instances: number): Change => ({ method: 'PUT', path: `/v2/apps/${inPath(id)}`, body: { instances } });

/** Their apps are to have so many fewer. */
export const killAndScale = (ids: readonly string[]): Change => ({ method: 'POST', path: '/v2/tasks/delete?scale=true', body: { ids } });

/** @param force also while a deployment has the app, which ends by it */
export const deleteApp = (id: string, force = false): Change => ({
  method: 'DELETE',
  path: `/v2/apps/${inPath(id)}${force ? '?force=true' : ''}`,
});
