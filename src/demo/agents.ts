import type { LoopbackSubnet } from './loopback-subnet.ts';
import type { AgentSpec } from './options.ts';

export type AgentState = 'active' | 'lost' | 'gone';

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
  /** `lost`: no word from it, and Marathon is told only after the master's 75 s. `gone`: it will never come back. */
  state: AgentState;
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
