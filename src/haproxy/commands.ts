import type { Server, ServerOptions, ServerState } from '../desired/desired.ts';
import { never } from '../kit/never.ts';
import type { RuntimeStep } from '../plan/plan.ts';
import { serverWords } from '../render/server-line.ts';
import { mapFile } from './map-answers.ts';
import { word } from './word.ts';

/** One line for the worker's socket, and which answers mean that it was done. Any other means that it was not. */
export interface Command {
  readonly line: string;
  readonly accept: RegExp;
  /** Answers that mean: not now, but later. */
  readonly postpone?: RegExp;
}

const NOTHING = /^$/;
// HAProxy 3.4 may put "Server b/s is going DOWN for maintenance…" before its answer, hence the /m.
const ADDRESS_SET = /^(?:nothing changed|no need to change the addr|IP changed from|port changed from)/m;
const IN_USE = /still has connections|still in use|pending/i;

const command = (line: string, accept: RegExp = NOTHING, postpone?: RegExp): Command => ({
  line,
  accept,
  ...(postpone === undefined ? {} : { postpone }),
});

const stateCommand = (server: string, state: ServerState): Command =>
  // What HAProxy 3.4 says about the server's health on the way is not an error.
  command(`set server ${server} state ${state}`, /^$|^Server \S+ (?:is|was) /);

/**
 * Down until its first good check. Only in `drain` can a server be told so without ever being up for a moment: in `maint` HAProxy forgets
 * it at `state ready`, and after `state ready` it had already been given requests (2.6 to 3.4, tried).
 */
const startDown = (server: string): readonly Command[] => [stateCommand(server, 'drain'), command(`set server ${server} health down`)];

const startIn = (path: string, server: Server): readonly Command[] => {
  if (server.state === 'maint') return [];
  return [...(server.startsDown ? startDown(path) : []), stateCommand(path, server.state)];
};

/** A dynamic server starts in maint with its check asleep; the keyword `enabled` is refused since 3.0. */
const addServer = (backend: string, server: Server, options: ServerOptions): readonly Command[] => {
  const path = `${backend}/${server.name}`;
  return [
    command(`add server ${path} ${serverWords(server, options)}`, /New server registered\.\s*$/),
    ...(options.check === undefined ? [] : [command(`enable health ${path}`)]),
    ...startIn(path, server),
  ];
};

/**
 * Maint first: HAProxy 3.0 and later apply an address up to 0.3 ms after the acknowledgement, and the old one may by then belong to another app.
 */
const setAddress = (backend: string, server: Server): readonly Command[] => {
  const path = `${backend}/${server.name}`;
  return [
    stateCommand(path, 'maint'),
    command(`set server ${path} addr ${server.address} port ${server.port}`, ADDRESS_SET),
    ...startIn(path, server),
  ];
};

/** The commands of one step, in order; they are sent together, so each must do no harm where one before it was refused. */
export const commandsFor = (step: RuntimeStep): readonly Command[] => {
  switch (step.kind) {
    case 'add-backend': {
      const { name, profile, shape } = step.backend;
      return [
        command(`add backend ${name} from ${profile.name}`, /New backend registered\.\s*$/),
        command(`add map ${mapFile('backends')} ${word(name)} ${word(shape)}`),
        command(`publish backend ${name}`, /Backend published\.\s*$/),
      ];
    }
    case 'add-server':
      return addServer(step.backend, step.server, step.options);
    case 'set-weight':
      return [command(`set server ${step.backend}/${step.server} weight ${step.weight}`)];
    case 'set-check-port':
      return [command(`set server ${step.backend}/${step.server} check-port ${step.port}`, /^$|^health check port updated/)];
    case 'set-up':
      return [command(`set server ${step.backend}/${step.server} health up`, /^$|^Server \S+ (?:is|was) /)];
    case 'set-state':
      return [stateCommand(`${step.backend}/${step.server}`, step.state)];
    case 'set-address':
      return setAddress(step.backend, step.server);
    case 'add-map-entry':
      // HAProxy: `add map` of a key that is there makes a duplicate that is never found, so the plan must have observed that there is none.
      return [command(`add map ${mapFile(step.map)} ${word(step.key)} ${word(step.value)}`)];
    case 'set-map-entry':
      return [command(`set map ${mapFile(step.map)} ${word(step.key)} ${word(step.value)}`)];
    case 'remove-map-entry':
      return [command(`del map ${mapFile(step.map)} ${word(step.key)}`)];
    case 'retire-server':
      return [stateCommand(`${step.backend}/${step.server}`, 'maint')];
    case 'delete-server':
      return [command(`del server ${step.backend}/${step.server}`, /Server deleted\.\s*$/, IN_USE)];
    case 'delete-backend':
      return [
        command(`unpublish backend ${step.backend}`, /Backend unpublished\.\s*$/),
        command(`del backend ${step.backend}`, /Backend deleted\.\s*$/, /still|Only a backend without server/),
      ];
    default:
      return never(step);
  }
};

/** What is sent after the answers to `commandsFor` were read. */
export const followUps = (step: RuntimeStep, wasDone: 'done' | 'not-done'): readonly Command[] => {
  if (step.kind !== 'delete-backend') return [];
  if (wasDone === 'done') return [command(`del map ${mapFile('backends')} ${word(step.backend)}`, /^$|Key not found/)];
  // It stays, with its shape: should its app come back, nobody would publish it again.
  return [command(`publish backend ${step.backend}`, /Backend published\.\s*$/)];
};
