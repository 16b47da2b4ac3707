import { execa } from 'execa';
import { SluiceError } from '../../src/kit/error.ts';

export interface WrkResult {
  readonly requestsPerSecond: number;
  readonly p99Ms: number;
  /** Sockets that failed, and answers that were none of 2xx and 3xx. */
  readonly errors: number;
}

/** A script for wrk: requests for these hosts in turn; the result as one line of JSON. */
export const wrkScript = (hosts: readonly string[]): string => `
local hosts = { ${hosts.map((host) => `"${host}"`).join(', ')} }
local requests, turn = {}, 0
init = function()
  for index, host in ipairs(hosts) do requests[index] = wrk.format("GET", "/", { Host = host }) end
end
request = function()
  turn = turn % #requests + 1
  return requests[turn]
end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format('\\nRESULT {"requestsPerSecond":%f,"p99Ms":%f,"errors":%d}\\n', summary.requests / summary.duration * 1e6,
    latency:percentile(99) / 1e3, e.connect + e.read + e.write + e.status + e.timeout))
end
`;

/** Throws SluiceError SETTINGS where wrk is not installed. */
export const wrk = async (port: number, scriptFile: string, seconds: number, connections: number): Promise<WrkResult> => {
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', scriptFile, `http://127.0.0.1:${port}/`];
  const { stdout, exitCode, shortMessage } = await execa('wrk', args, { reject: false });
  if (exitCode === undefined)
    throw new SluiceError('SETTINGS', `wrk could not be run: ${shortMessage ?? 'it ended'}; install it, e.g. apt-get install wrk`);
  const line = /^RESULT (.*)$/m.exec(stdout)?.[1];
  if (line === undefined) throw new Error(`wrk ended with ${exitCode}: ${stdout}`);
  return JSON.parse(line) as WrkResult;
};
