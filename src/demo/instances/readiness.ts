import { request as httpRequest } from 'node:http';
import type { ReadinessCheck } from '../specs/definition.ts';
import { traitsOf } from '../specs/traits.ts';
import { touch, type World } from '../world.ts';
import type { Instance } from './instance.ts';

const MIN_TIMEOUT_MS = 1000;

/** Asks a new task whether it is ready, until it is. */
export function watchReadiness(world: World, instance: Instance, isSame: () => boolean): void {
  for (const check of traitsOf(instance.spec).readiness) {
    const ask = async (): Promise<void> => {
      const answer = await askReadiness(world, instance, check);
      if (!isSame()) return;
      instance.readiness.set(check.name, answer);
      touch(world, instance.spec.id);
      if (!answer.ready) world.clock.after(check.intervalSeconds, () => world.background.run(ask()));
    };
    world.background.run(ask());
  }
}

type ReadinessAnswer = Parameters<Instance['readiness']['set']>[1];

async function askReadiness(world: World, instance: Instance, check: ReadinessCheck): Promise<ReadinessAnswer> {
  if (world.upstreams !== 'real') return { ready: true };
  const { endpoints = [] } = instance.placement ?? {};
  const endpoint = endpoints.find(({ name }) => name === check.portName) ?? endpoints[0];
  if (endpoint === undefined) return { ready: false };
  const timeout = Math.max(MIN_TIMEOUT_MS, world.clock.toMs(check.timeoutSeconds));
  return new Promise((resolve) => {
    const request = httpRequest({ host: endpoint.address, port: endpoint.port, path: check.path, agent: false, timeout }, (response) => {
      const { statusCode = 0, headers } = response;
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('close', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        const last = { status: statusCode, contentType: headers['content-type'] ?? '', body };
        resolve({ ready: check.httpStatusCodesForReady.includes(statusCode), ...(check.preserveLastResponse ? last : {}) });
      });
    });
    request.on('timeout', () => request.destroy(new Error('Request timeout')));
    request.on('error', () => resolve({ ready: false }));
    request.end();
  });
}
