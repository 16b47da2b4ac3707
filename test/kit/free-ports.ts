import { claimPorts } from '../../src/cli/demo/claim-ports.ts';

/** Ports that nobody listens on, all different. No other test and no demo is given them before this process has ended. */
export const freePorts = async (count: number, host = '127.0.0.1'): Promise<readonly number[]> => {
  const { ports } = await claimPorts(
    Array.from({ length: count }, () => undefined),
    host,
  );
  return ports;
};
