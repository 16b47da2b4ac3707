/** Where a task is served. */
export interface Place {
  readonly backend: string;
  readonly server: string;
  readonly taskId: string;
  readonly appId: string;
  /** In a backend for those who look at one colour. */
  readonly isPreview?: true;
}

/** 'backend/server', as HAProxy calls it. */
export const placeKey = ({ backend, server }: Pick<Place, 'backend' | 'server'>): string => `${backend}/${server}`;
