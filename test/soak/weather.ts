import { setTimeout as wait } from 'node:timers/promises';
import type { MarathonEvent } from '../../src/demo/events/event.ts';
import type { FaultVerbs } from '../../src/demo/verbs/fault-verbs.ts';
import type { Random } from './random.ts';
import type { Verb } from './verb.ts';

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** For a while, and then well again. */
const spell = (name: string, weight: number, begin: (faults: FaultVerbs, random: Random) => unknown): Verb => ({
  name,
  weight,
  act: async ({ standIn }, random, longestMs) => {
    const lastsMs = random.between(200, longestMs);
    await begin(standIn.faults, random);
    await wait(lastsMs);
    standIn.faults.clear();
    return seconds(lastsMs);
  },
});

/** Once. */
const instant = (name: string, weight: number, act: (faults: FaultVerbs, random: Random) => unknown): Verb => ({
  name,
  weight,
  act: async ({ standIn }, random) => {
    const told = await act(standIn.faults, random);
    return typeof told === 'string' ? told : 'once';
  },
});

const CUTS = ['clean', 'reset', 'mid-frame'] as const;

/** What a bad Marathon and a bad network do. */
export const WEATHER: readonly Verb[] = [
  instant('stream cut', 4, (faults, random) => {
    const how = random.oneOf(CUTS);
    return `${how}: ${faults.cutStreams(how)} streams`;
  }),
  spell('stream silent', 3, (faults) => faults.silence()),
  instant('events lost', 2, (faults, random) => faults.dropEvents(random.whole(1, 30))),
  instant('events twice', 2, (faults, random) => faults.duplicateEvents(random.whole(1, 30))),
  instant('events that are none', 1, (faults, random) => {
    const { event } = random.oneOf<{ readonly event: MarathonEvent }>([
      { event: { eventType: 'status_update_event', timestamp: 'never', taskStatus: 5 } },
      { event: { eventType: 'unknown_event', timestamp: '2026-01-01T00:00:00.000Z', text: '\u0000'.repeat(1000) } },
      { event: { eventType: 'app_terminated_event', timestamp: '2026-01-01T00:00:00.000Z', appId: '/no/such/app' } },
    ]);
    faults.publish(event);
    return event.eventType;
  }),
  spell('answers 503', 2, (faults) => faults.refuse()),
  spell('answers 200 with a page', 1, (faults) => faults.refuse({ status: 200, body: 'html' })),
  spell('lists no apps', 2, (faults) => faults.emptyApps()),
  spell('lists some apps', 1, (faults, random) => faults.thinApps({ apps: random.whole(1, 3) })),
  spell('lists no tasks', 1, (faults) => faults.thinApps({ tasks: 0 })),
  spell('lists what is no list', 1, (faults, random) => faults.answerApps(random.oneOf(['{"apps":{}}', '{}', '[]', '{"apps":[', '']))),
  spell('answers late', 1, (faults, random) => faults.delayAnswers(random.whole(100, 3000))),
  spell('never answers', 1, (faults) => faults.hangAnswers()),
  instant('answers cut off', 1, (faults, random) => faults.truncateNext(random.whole(1, 5))),
  instant('answers no JSON', 1, (faults, random) => faults.malformNext(random.whole(1, 5))),
  {
    name: 'takes no connections',
    weight: 1,
    act: async ({ standIn }, random, longestMs) => {
      const lastsMs = random.between(200, longestMs);
      await standIn.faults.down();
      await wait(lastsMs);
      await standIn.faults.down('off');
      return seconds(lastsMs);
    },
  },
  {
    name: 'another leads',
    weight: 2,
    act: async ({ standIn }, random, longestMs) => {
      const before = standIn.leaderUrl;
      const downMs = random.between(500, longestMs);
      standIn.faults.abdicate({ noticeMs: 0, electionMs: random.between(50, 1000), warmUpMs: random.between(50, 1000), downMs });
      await wait(downMs);
      await standIn.until('another leads', () => standIn.leaderUrl !== undefined && standIn.leaderUrl !== before);
      return `its process was gone for ${seconds(downMs)}`;
    },
  },
];
