import { readPortLabels } from '../labels/read.ts';
import type { App } from '../model/app.ts';
import type { Differences } from './differences.ts';
import type { Finding } from './finding.ts';
import { ownApps, type Pictures } from './picture-of.ts';

const count = (number: number): string => `${number} app${number === 1 ? '' : 's'}`;

const hasHost = (app: App): boolean => app.ports.some((_, index) => (readPortLabels(app, index).value?.vhosts.length ?? 0) > 0);

/** What is different for so many apps that it is told once, and makes none of them another. */
export const universalFindings = (pictures: Pictures, { labels, apps }: Differences, hasHealthCheck: boolean): readonly Finding[] => {
  const own = ownApps(pictures);
  const withHosts = own.filter(hasHost).length;
  const withChecks = hasHealthCheck ? own.filter(({ healthChecks }) => healthChecks.length > 1).length : 0;
  return [
    ...(withHosts === 0
      ? []
      : [
          {
            level: 'better' as const,
            about: 'virtual hosts',
            message: `${count(withHosts)}: ${labels.get('HAPROXY_{n}_VHOST')?.text ?? ''}`,
          },
        ]),
    ...(withChecks === 0
      ? []
      : [
          {
            level: 'better' as const,
            about: '--health-check',
            message: `${count(withChecks)} with more than one health check: ${apps.get('--health-check')?.text ?? ''}`,
          },
        ]),
  ];
};
