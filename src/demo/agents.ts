import type { AgentSpec } from './options.ts';

/** A machine of the cluster, as far as Marathon knows it. */
export interface Agent {
  readonly id: string;
  /** Its hostname and address at once, on loopback. */
  readonly host: string;
  readonly region: string;
  readonly zone: string;
  readonly usedPorts: Set<number>;
  /** Instances placed on it. */
  load: number;
  /** Ports that were handed out without anybody listening on them. */
  fakePorts: number;
  /** `lost`: no word from it. Marathon is told only after the master's 75 s. */
  state: 'active' | 'lost';
}

let standInsStarted = 0;

/**
 * A corner of 127.0.0.0/8 for one stand-in: its agents and its containers. Stand-ins of one process never share one; those of
 * processes that run side by side hardly ever do, and then a listener that finds its address taken simply moves on.
 */
export class LoopbackSubnet {
  readonly #second: number;
  #nextContainer = 0;
  #nextBridge = 1;

  constructor() {
    this.#second = 64 + ((process.pid * 4 + standInsStarted++) % 128);
  }

  agentHost(index: number): string {
    return `127.${this.#second}.${index >> 8}.${(index & 255) + 1}`;
  }

  /** An address for one task on a container network: 127.x.16.1 and up. */
  containerAddress(): string {
    const number = this.#nextContainer++ % (200 * 250);
    return `127.${this.#second}.${16 + Math.floor(number / 250)}.${1 + (number % 250)}`;
  }

  /** An address as Docker's bridge gives it, which nothing outside of its agent can reach. */
  bridgeAddress(): string {
    const number = this.#nextBridge++ % 60_000;
    return `172.17.${number >> 8}.${number & 255}`;
  }
}

export function makeAgents(wanted: number | readonly AgentSpec[], subnet: LoopbackSubnet, masterId: string): readonly Agent[] {
  const specs: readonly AgentSpec[] = typeof wanted === 'number' ? Array.from({ length: wanted }, () => ({})) : wanted;
  return specs.map((spec, index) => ({
    id: `${masterId}-S${index}`,
    host: spec.host ?? subnet.agentHost(index),
    region: spec.region ?? 'aws/eu-central-1',
    zone: spec.zone ?? `aws/eu-central-1${'abc'.charAt(index % 3)}`,
    usedPorts: new Set(),
    load: 0,
    fakePorts: 0,
    state: 'active',
  }));
}
