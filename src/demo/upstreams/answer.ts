import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Ailment, ErrorShare } from './ailment.ts';
import type { Behaviour } from './behaviour.ts';
import type { TaskIdentity } from './task-upstream.ts';

/** The state of a task that its answers depend on. */
export interface ServingState {
  healthy: boolean;
  hanging: boolean;
  /** False until the start delay is over. */
  started: boolean;
  draining: boolean;
  readonly errors: ErrorShare;
  /** What its app has just now. */
  readonly ailment: () => Ailment;
}

export interface ServedPort {
  readonly host: string;
  readonly port: number;
  readonly name?: string;
}

/** Answers one request to a fake task. Every answer names the task, in its body and in headers. */
export function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  served: { identity: TaskIdentity; port: ServedPort; behaviour: Behaviour; state: ServingState },
): void {
  const { identity, port, behaviour, state } = served;
  const url = new URL(request.url ?? '/', 'http://task');
  const isHealthPath = behaviour.healthPaths.has(url.pathname);
  const asked = (name: string, fallback: number): number => Number(url.searchParams.get(name) ?? fallback);
  const ailment = state.ailment();
  const isHealthy = state.healthy && ailment.health === undefined;
  const ownStatus = (): number =>
    state.errors.isHit(ailment.errorPercent ?? behaviour.errorPercent) ? 500 : asked('status', behaviour.status);
  const status = !state.started ? 503 : isHealthPath ? (isHealthy ? 200 : 503) : ownStatus();
  const body = JSON.stringify({ ...identity, ...port, method: request.method, path: request.url, headers: request.headers });
  const padded = `${body}${' '.repeat(Math.max(0, asked('bytes', behaviour.bodyBytes) - body.length - 1))}\n`;
  request.resume();
  if (state.hanging) return;
  const answer = (): void => {
    response.writeHead(status, {
      ...identityHeaders(identity),
      'Content-Type': 'application/json',
      ...(state.draining ? { Connection: 'close' } : {}),
    });
    response.end(padded);
  };
  const delayMs = isHealthPath ? 0 : asked('delayMs', ailment.delayMs ?? behaviour.delayMs);
  // The shortest timer is more than a millisecond, ten times what the answer takes.
  if (delayMs === 0) {
    answer();
    return;
  }
  const timer = setTimeout(answer, delayMs);
  response.once('close', () => clearTimeout(timer));
}

export function identityHeaders(identity: TaskIdentity): Record<string, string> {
  return { 'X-Task-Id': identity.task, 'X-App-Id': identity.app, 'X-App-Version': identity.version };
}
