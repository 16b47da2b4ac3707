import { Command, CommanderError } from 'commander';
import { messageOf, SluiceError } from '../kit/error.ts';
import { version } from '../version.ts';
import { addCheck } from './check.ts';
import { addConfirm } from './confirm.ts';
import { addDemo } from './demo.ts';
import { addDig } from './dig.ts';
import { addDoctor } from './doctor.ts';
import { addExplain } from './explain.ts';
import { EXIT, ExitError } from './exit-codes.ts';
import { addMigrate } from './migrate.ts';
import { addPlan } from './plan.ts';
import { printableError } from './printable.ts';
import { addRender } from './render.ts';
import { addRollout } from './rollout.ts';
import { addRun } from './run.ts';
import { addOverrides } from './by-hand/overrides.ts';
import { addShift } from './by-hand/shift.ts';
import { addSwitch } from './by-hand/switch.ts';
import { addStandIn } from './stand-in.ts';
import { addStatus } from './status.ts';
import { addZdd } from './zdd.ts';
import { addZone } from './zone.ts';

const VERBS: readonly ((program: Command) => void)[] = [
  addRun,
  addDemo,
  addStandIn,
  addRender,
  addCheck,
  addMigrate,
  addDoctor,
  addPlan,
  addStatus,
  addExplain,
  addDig,
  addConfirm,
  addShift,
  addSwitch,
  addOverrides,
  addZdd,
  addRollout,
  addZone,
];

const makeProgram = (): Command => {
  const program = new Command('sluice')
    .description("Edge load balancer for Apache Mesos and Marathon: Marathon's events in, a running HAProxy out.")
    .version(version())
    .showHelpAfterError('(see --help)')
    .exitOverride();
  for (const add of VERBS) add(program);
  for (const command of program.commands) command.exitOverride();
  return program;
};

/** Exit code of what was thrown, after telling it. */
const fail = (error: unknown): number => {
  // Commander has told already. Help and version end this way too, with 0.
  // An unknown verb is what it was to Marathon-LB's container, which had two.
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? EXIT.ok : error.code === 'commander.unknownCommand' ? EXIT.failed : EXIT.usage;
  if (error instanceof ExitError) {
    if (error.message !== '') console.error(printableError(`sluice: ${error.message}`));
    return error.exitCode;
  }
  console.error(printableError(`sluice: ${messageOf(error)}`));
  if (!(error instanceof SluiceError) && error instanceof Error) console.error(printableError(error.stack ?? ''));
  return error instanceof SluiceError && error.code === 'SETTINGS' ? EXIT.usage : EXIT.failed;
};

// Who reads us has gone (`| head`, a closed terminal): that is no failure. A verb that must end in good order hears of it as of a closed terminal.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  if (process.listenerCount('SIGHUP') === 0) process.exit(EXIT.ok);
  process.kill(process.pid, 'SIGHUP');
});

try {
  await makeProgram().parseAsync(process.argv);
} catch (error) {
  process.exitCode = fail(error);
}
