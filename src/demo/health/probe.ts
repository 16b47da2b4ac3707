import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import type { Instance } from '../instances/instance.ts';
import type { CheckPlan } from '../specs/traits.ts';
import type { World } from '../world.ts';

type ProbeResult = { readonly kind: 'healthy' } | { readonly kind: 'unhealthy'; readonly cause: string } | { readonly kind: 'ignored' };

/** Scaled time limits get no shorter than this: a busy machine must not look like a sick task. */
const MIN_TIMEOUT_MS = 1000;

interface Target {
  readonly host: string;
  readonly port: number;
}

/** Performs one check of one instance, against its real port; where nobody listens the task's script decides. */
export async function probe(world: World, instance: Instance, check: CheckPlan): Promise<ProbeResult> {
  if (world.upstreams !== 'real' || check.kind === 'command') return scripted(instance);
  const target = targetOf(instance, check);
  if (target === undefined) return { kind: 'unhealthy', cause: 'no port to check' };
  const timeoutMs = Math.max(MIN_TIMEOUT_MS, world.clock.toMs(check.timeoutSeconds));
  return check.kind === 'tcp' ? probeTcp(target, timeoutMs) : probeHttp(target, check, timeoutMs);
}

function scripted(instance: Instance): ProbeResult {
  return instance.upstream?.healthy === false ? { kind: 'unhealthy', cause: 'Command exited with status 1' } : { kind: 'healthy' };
}

function targetOf(instance: Instance, check: CheckPlan): Target | undefined {
  const { endpoints = [], agent, ipAddresses = [] } = instance.placement ?? {};
  if (check.port !== undefined) {
    const isOwn = endpoints.some(({ hostPort }) => hostPort === undefined);
    const host = isOwn ? ipAddresses[0] : agent?.host;
    return host === undefined ? undefined : { host, port: check.port };
  }
  const endpoint = endpoints[check.endpoint ?? 0];
  return endpoint === undefined ? undefined : { host: endpoint.address, port: endpoint.port };
}

/** One GET; its body is thrown away. @returns the failure as a cause, never throws */
async function probeHttp(
  target: Target,
  check: { readonly path: string; readonly secure: boolean },
  timeoutMs: number,
): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const send = check.secure ? httpsRequest : httpRequest;
    const options = { ...target, path: check.path, agent: false, timeout: timeoutMs, rejectUnauthorized: false };
    const request = send(options, (response) => {
      response.resume();
      const { statusCode = 0, statusMessage = '' } = response;
      resolve(statusCode >= 200 && statusCode < 400 ? { kind: 'healthy' } : { kind: 'unhealthy', cause: `${statusCode} ${statusMessage}` });
    });
    request.on('timeout', () => request.destroy(new Error('Request timeout')));
    request.on('error', (error) => resolve({ kind: 'unhealthy', cause: `${error.name}: ${error.message}` }));
    request.end();
  });
}

async function probeTcp(target: Target, timeoutMs: number): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect({ ...target, timeout: timeoutMs });
    const end = (result: ProbeResult): void => {
      socket.destroy();
      resolve(result);
    };
    socket.on('connect', () => end({ kind: 'healthy' }));
    socket.on('timeout', () => end({ kind: 'unhealthy', cause: 'connect timed out' }));
    socket.on('error', (error) => end({ kind: 'unhealthy', cause: `${error.name}: ${error.message}` }));
  });
}
