/**
 * How a fake task behaves, asked for by the `env` of its app, so that any client of Marathon can ask for it:
 *
 * | variable                  | default       | meaning                                                                              |
 * | ------------------------- | ------------- | ------------------------------------------------------------------------------------ |
 * | STANDIN_MODE              | http          | `http` (with WebSocket echo on any path), `https` (the same, self-signed) or `tcp`   |
 * |                           |               | (echoes lines, each named)                                                           |
 * | STANDIN_START_DELAY_MS    | 0             | real ms between TASK_RUNNING and serving                                             |
 * | STANDIN_START             | closed        | until then: `closed` (connection refused) or `503`                                   |
 * | STANDIN_HEALTH            | ok            | `fail`: health paths answer 503, COMMAND checks fail. Can be toggled while it runs    |
 * | STANDIN_HEALTH_PATH       | the checks'   | further path that answers for health, besides `/health` and those of the checks      |
 * | STANDIN_STATUS            | 200           | status of every other path                                                           |
 * | STANDIN_ERROR_PERCENT     | 0             | so many of a hundred of these answers are 500 instead, evenly spread                 |
 * | STANDIN_DELAY_MS          | 0             | real ms before each answer                                                           |
 * | STANDIN_BODY_BYTES        | 0             | pads the body to at least so many bytes                                              |
 * | STANDIN_ON_TERM           | serve         | on SIGTERM until the kill grace ends: `serve` (goes on as before), `drain` (no new   |
 * |                           |               | connections, ends with the last one), `exit` (ends at once)                          |
 * | STANDIN_TERM_STATE        | TASK_KILLED   | how its end after a kill is reported: TASK_KILLED, TASK_FINISHED or TASK_FAILED       |
 * | STANDIN_FAIL_AFTER_MS     | never         | real ms after TASK_RUNNING at which it fails by itself                               |
 *
 * Health paths answer 200 or 503 and heed none of the others; an app that is checked at `/` therefore has a health path there.
 * One request can ask for more with its query: `?delayMs=500`, `?status=503`, `?bytes=100000`.
 */
export interface Behaviour {
  readonly mode: 'http' | 'https' | 'tcp';
  readonly startDelayMs: number;
  readonly beforeStart: 'closed' | '503';
  readonly startsHealthy: boolean;
  readonly healthPaths: ReadonlySet<string>;
  readonly status: number;
  readonly errorPercent: number;
  readonly delayMs: number;
  readonly bodyBytes: number;
  readonly onTerm: 'serve' | 'drain' | 'exit';
  readonly termState: 'TASK_KILLED' | 'TASK_FINISHED' | 'TASK_FAILED';
  readonly failAfterMs?: number;
}

/** @param checkedPaths the paths of the app's own health checks */
export function parseBehaviour(env: Readonly<Record<string, unknown>>, checkedPaths: readonly string[]): Behaviour {
  const text = (name: string): string | undefined => (typeof env[name] === 'string' ? env[name] : undefined);
  const number = (name: string, fallback: number): number => finite(Number(text(name) ?? fallback), fallback);
  const failAfterMs = number('STANDIN_FAIL_AFTER_MS', -1);
  const healthPath = text('STANDIN_HEALTH_PATH');
  return {
    mode: oneOf(text('STANDIN_MODE'), ['http', 'https', 'tcp']),
    startDelayMs: number('STANDIN_START_DELAY_MS', 0),
    beforeStart: oneOf(text('STANDIN_START'), ['closed', '503']),
    startsHealthy: text('STANDIN_HEALTH') !== 'fail',
    healthPaths: new Set(['/health', ...checkedPaths, ...(healthPath === undefined ? [] : [healthPath])]),
    status: number('STANDIN_STATUS', 200),
    errorPercent: number('STANDIN_ERROR_PERCENT', 0),
    delayMs: number('STANDIN_DELAY_MS', 0),
    bodyBytes: number('STANDIN_BODY_BYTES', 0),
    onTerm: oneOf(text('STANDIN_ON_TERM'), ['serve', 'drain', 'exit']),
    termState: oneOf(text('STANDIN_TERM_STATE'), ['TASK_KILLED', 'TASK_FINISHED', 'TASK_FAILED']),
    ...(failAfterMs < 0 ? {} : { failAfterMs }),
  };
}

function finite(value: number, fallback: number): number {
  return Number.isFinite(value) ? value : fallback;
}

/** The first choice is the default. */
function oneOf<const T extends string>(text: string | undefined, choices: readonly [T, ...T[]]): T {
  return choices.find((choice) => choice === text) ?? choices[0];
}
