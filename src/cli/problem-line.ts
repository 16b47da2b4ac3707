import type { Problem } from '../kit/problem.ts';

/** 'port 0 HAPROXY_0_VHOST'; a label that the message begins with is not told twice. */
const placeOf = ({ portIndex, label, message }: Problem): readonly string[] => [
  ...(portIndex === undefined ? [] : [`port ${portIndex}`]),
  ...(label === undefined || message.startsWith(label) ? [] : [label]),
];

/** A problem of one app among its own: 'port 0 HAPROXY_0_PATH: 120 path prefixes are more than 100'. */
export const problemOfAppLine = (problem: Problem): string => {
  const place = placeOf(problem).join(' ');
  return place === '' ? problem.message : `${place}: ${problem.message}`;
};

/** A problem among those of all apps: '/shop/cart port 0: HAPROXY_0_VHOST is "a b" and ...'. */
export const problemLine = (problem: Problem): string => {
  const app = ['', '/'].includes(problem.appId) ? '(no app)' : problem.appId;
  return `${[app, ...placeOf(problem)].join(' ')}: ${problem.message}`;
};
