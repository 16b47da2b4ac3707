import { hideCredentials } from '../../kit/hide-credentials.ts';

const HIDDEN = '***';
/** Mesos-DNS has `Secret` alone; whatever else sounds like one is treated as one. */
const IS_SECRET = /secret|password|token|private_?key$/i;

const hide = (key: string, value: unknown): unknown => {
  if (IS_SECRET.test(key)) return value === '' || value === undefined || value === null ? value : HIDDEN;
  return typeof value === 'string' ? hideCredentials(value) : value;
};

/** What `/v1/config` tells, without secrets: Mesos-DNS tells them to everybody. What was empty stays empty. */
export const configAnswer = (config: object): unknown => JSON.parse(JSON.stringify(config, hide));
