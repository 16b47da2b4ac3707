import { type Command, InvalidArgumentError, Option } from 'commander';
import { type StandIn, startStandIn } from '../demo/stand-in.ts';
import { messageOf, SluiceError } from '../kit/error.ts';
import { TERMINAL_SIGNALS, untilSignal } from './until-signal.ts';

const whole =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d{1,6}$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`must be a whole number from ${least} to ${most}`);
  };

const factor = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('must be a number above 0');
  return value;
};

interface Flags {
  readonly port: number;
  readonly instances: number;
  readonly agents: number;
  readonly personality: 'legacy' | '1.5' | '1.8' | '1.10';
  readonly timeScale: number;
  readonly json?: boolean;
}

const start = async (options: Omit<Flags, 'json'>): Promise<StandIn> => {
  try {
    return await startStandIn(options);
  } catch (error) {
    throw new SluiceError('BIND_TAKEN', `the stand-in cannot start: ${messageOf(error)}; see --port`, error);
  }
};

export const addStandIn = (program: Command): void => {
  program
    .command('stand-in')
    .description('a stand-in for Marathon on loopback, with live HTTP tasks, to try things on')
    .option('--port <port>', 'port of the first instance; 0 picks one', whole(0, 65_535), 8080)
    .option('--instances <n>', 'Marathon instances: one leader, the others standbys', whole(1, 9), 1)
    .option('--agents <n>', 'agents, each with a loopback address', whole(1, 250), 3)
    .addOption(new Option('--personality <version>', 'the Marathon to be like').choices(['legacy', '1.5', '1.8', '1.10']).default('1.10'))
    .option('--time-scale <factor>', "factor on Marathon's own delays, e.g. 0.1", factor, 1)
    .option('--json', 'print the addresses as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  sluice stand-in --port 8080\n  curl -X POST -H "Content-Type: application/json" -d @app.json http://127.0.0.1:8080/v2/apps\n  curl http://127.0.0.1:8080/stand-in     what can be made to go wrong\n\nExit codes: 0 ended by SIGTERM or SIGINT, 1 it cannot run, 2 the command line is wrong',
    )
    .action(async ({ json, ...options }: Flags) => {
      const standIn = await start(options);
      console.log(
        json === true
          ? JSON.stringify({ urls: standIn.urls })
          : `Marathon stand-in at ${standIn.urls.join(' ')}; faults at ${standIn.url}/stand-in; Ctrl-C ends it`,
      );
      await untilSignal(TERMINAL_SIGNALS);
      await standIn.close();
    });
};
