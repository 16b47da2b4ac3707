import type { Problem } from '../kit/problem.ts';
import type { App } from '../model/app.ts';
import { shown } from './label.ts';

/** Labels of an app by which a deployment tool (Marathon-LB's zdd), or a rollout, replaces one app by another. */

export const DEPLOYMENT_LABEL = {
  group: 'HAPROXY_DEPLOYMENT_GROUP',
  /** What people call the app within its group: 'blue'. */
  colour: 'HAPROXY_DEPLOYMENT_COLOUR',
  startedAt: 'HAPROXY_DEPLOYMENT_STARTED_AT',
  targetInstances: 'HAPROXY_DEPLOYMENT_TARGET_INSTANCES',
  newInstances: 'HAPROXY_DEPLOYMENT_NEW_INSTANCES',
  /** For who makes the next app of the group, as `appId`: how this one is served does not depend on them. */
  altPort: 'HAPROXY_DEPLOYMENT_ALT_PORT',
  /** The id in the definition that it was made from, without a colour. */
  appId: 'HAPROXY_APP_ID',
} as const;

export const DEPLOYMENT_LABELS: readonly string[] = Object.values(DEPLOYMENT_LABEL);

const { group: GROUP, startedAt: STARTED_AT, targetInstances: TARGET, newInstances: NEW } = DEPLOYMENT_LABEL;

/** A group is an app's id, and part of a backend's name. */
const LONGEST_GROUP = 200;

/** HAPROXY_DEPLOYMENT_GROUP: '/nginx', the id that the apps of this group have together; undefined: the app is in none. */
export const deploymentGroup = ({ labels }: Pick<App, 'labels'>): string | undefined => {
  const text = labels[GROUP];
  if (text === undefined || text === '' || text === '/' || text.length > LONGEST_GROUP) return undefined;
  return text.startsWith('/') ? text : `/${text}`;
};

const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|[+-]\d\d:?\d\d)?)?$/i;
/** As in mail: 'Sun, 22 Nov 2026 15:14:50 GMT'. */
const MAIL = /^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d(?::\d\d)? (?:GMT|UTC|[+-]\d{4})$/;

/** Milliseconds since 1970; NaN where it is no date. One without a zone is taken as UTC: the apps of a group are written by one tool. */
const parseDate = (text: string): number => {
  const [, day, time = '00:00', zone = 'Z'] = ISO.exec(text) ?? [];
  if (day !== undefined) return Date.parse(`${day}T${time}${zone.replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2').toUpperCase()}`);
  return MAIL.test(text) ? Date.parse(text) : Number.NaN;
};

const MOST_INSTANCES = 1_000_000;
const parseCount = (text: string): number => (/^\d{1,7}$/.test(text) && Number(text) <= MOST_INSTANCES ? Number(text) : Number.NaN);

/** What an app says about the deployment that it is part of. */
export interface Deployment {
  /** Milliseconds since 1970; earlier than every date where the label is not set or is none. */
  readonly startedAt: number;
  /** It was made by a tool that moves instances step by step: its number of instances may be on its way down as well as up. */
  readonly isStepwise: boolean;
  /** How many instances both apps are to have together; undefined: the label is not set, or is no number. */
  readonly target: number | undefined;
  readonly problems: readonly Problem[];
}

const problem = ({ id, labels }: App, label: string, must: string): Problem => ({
  appId: id,
  label,
  message: `${label} is ${shown(labels[label] ?? '')} and ${must}`,
});

/** What is wrong with the group of an app that names one and is in none. */
export const deploymentGroupProblems = (app: App): readonly Problem[] => {
  const text = app.labels[GROUP];
  if (text === undefined || deploymentGroup(app) !== undefined) return [];
  return [problem(app, GROUP, `must be a name of 1 to ${LONGEST_GROUP} characters: the app is in no deployment group`)];
};

export const readDeployment = (app: App): Deployment => {
  const { labels } = app;
  const problems: Problem[] = [];
  const read = (label: string, parse: (text: string) => number, must: string): number | undefined => {
    const text = labels[label];
    if (text === undefined) return undefined;
    const value = parse(text);
    if (!Number.isNaN(value)) return value;
    problems.push(problem(app, label, must));
    return undefined;
  };
  const startedAt = read(STARTED_AT, parseDate, 'must be a date such as 2026-11-22T15:14:50: the app counts as the oldest of its group');
  read(NEW, parseCount, 'must be a whole number');
  const target = read(TARGET, parseCount, 'must be a whole number: no task of the group is drained');
  const isStepwise = labels[NEW] !== undefined;
  if (isStepwise && labels[TARGET] === undefined)
    problems.push({ appId: app.id, label: TARGET, message: `${TARGET} must be set beside ${NEW}: no task of the group is drained` });
  return { startedAt: startedAt ?? Number.NEGATIVE_INFINITY, isStepwise, target, problems };
};
