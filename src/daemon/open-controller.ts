import type { Logger } from 'pino';
import type { BookKeeper } from '../book/keeper.ts';
import { askGates } from '../controller/ask-gates.ts';
import { Controller } from '../controller/controller.ts';
import { Leader } from '../controller/leader.ts';
import { MarathonApps } from '../controller/marathon-apps.ts';
import { LeaderRequests } from '../marathon/leader-requests.ts';
import { observeAll } from '../observe/observe-all.ts';
import { Peers } from '../observe/peers.ts';
import type { Sluices } from '../report/status.ts';
import type { Settings } from '../settings.ts';
import { ownAddresses } from '../startup/own-addresses.ts';
import type { Made } from './made.ts';
import type { Observer } from './open-observer.ts';

interface ControllerParts {
  readonly settings: Settings;
  readonly log: Logger;
  readonly made: Made;
  readonly bookKeeper: BookKeeper;
  readonly observer: Observer;
}

/** What carries rollouts on. */
interface OpenController {
  readonly wake: () => void;
  readonly apps: MarathonApps;
  readonly sluices: () => Sluices;
  /** See PeerAnswer. */
  readonly behindMs: () => number;
}

/** Rollouts are looked at so often when nothing is heard: gates, health and drains tell of themselves by nothing else. */
const LOOK_EVERY_MS = 500;

/** For the status: so often the other Sluices are looked for where no rollout asks them. */
const LOOK_FOR_OTHERS_EVERY_MS = 15_000;

const sluicesOf = (peers: Peers, leader: Leader): Sluices => {
  const { leads, leader: who } = leader.leading;
  const others = peers.known.map(({ name, url, version, answeredAt, because, behindMs = 0 }) => ({
    ...{ name },
    ...(url === undefined ? {} : { url }),
    ...(version === undefined ? {} : { version }),
    ...(answeredAt === undefined ? {} : { answeredAt }),
    ...(because === undefined ? { behindSeconds: Math.round(behindMs / 1000) } : { because }),
  }));
  return { leads: leads ?? null, leader: who ?? null, others };
};

/** Carries rollouts on while this Sluice leads; changes nothing anywhere while there is none. */
export const openController = ({ settings, log, made, bookKeeper, observer }: ControllerParts): OpenController => {
  const { mode, hooksDir, localProbes } = settings.controller;
  const { ownTask: self, statsPort, stats, peers: who } = settings;
  const { sluice, instance, startedAt, tell } = observer;
  const requests = made.add(new LeaderRequests(settings.marathon), (it) => it.close());
  const apps = new MarathonApps(requests);
  const nowMs = (): number => Date.now();
  const ending = new AbortController();
  const peers = new Peers({
    who,
    self,
    instance,
    statsPort,
    login: stats.login,
    told: async (appId) => apps.told(appId),
    signal: ending.signal,
  });
  const leader = new Leader({ mode, self, running: async (appId) => apps.running(appId), others: peers, startedAt, nowMs });
  const observe = async (group: string) => (await tell(group)).observation;
  const controller = made.add(
    new Controller(
      {
        ...{ log, nowMs },
        facts: async (appId) => apps.facts(appId),
        observe: async (group) => observeAll({ sluice, observe, observeOthers: async (of) => peers.observe(of) }, group),
        book: () => bookKeeper.understood,
        edit: async (edit) => bookKeeper.edit(edit),
        isLeading: async () => leader.isLeading(),
        carryOut: async (action) => apps.carryOut(action),
        ask: async (rollout, seen, signal) => askGates(rollout, seen, { hooksDir, localProbes, ownAddresses, signal }),
      },
      LOOK_EVERY_MS,
    ),
    (it) => {
      // Otherwise it would wait for Sluices that do not answer.
      ending.abort();
      return it.close();
    },
  );
  const look = async (): Promise<void> => {
    try {
      await Promise.all([peers.look(), leader.isLeading()]);
    } catch (error) {
      log.debug({ err: error }, 'the other Sluices are not known: Marathon does not say who they are');
    }
  };
  made.every(LOOK_FOR_OTHERS_EVERY_MS, look);
  void look();
  return { wake: () => controller.wake(), apps, sluices: () => sluicesOf(peers, leader), behindMs: () => controller.behindMs };
};
