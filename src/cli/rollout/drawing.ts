import { problemLine } from '../problem-line.ts';
import { gateText } from '../../rollout/gate-text.ts';
import type { GateResult } from '../../rollout/gate.ts';
import { drainingOf, gatesOf } from '../../rollout/state.ts';
import type { RolloutView } from '../../report/rollout-view.ts';
import { age } from '../table.ts';
import { clockTime, phaseText } from './describe.ts';
import { colourIn, type Look } from './look.ts';
import type { Rates } from './rates.ts';
import { type Line, type Span, span, type Style } from './styled.ts';

/** All that a drawing of a rollout is made of. */
export interface Seen {
  readonly view: Look;
  /** By app id; absent: nothing was measured yet. */
  readonly rates?: ReadonlyMap<string, Rates>;
  /** Sluice does not answer: why, and for how long, in ms. What is drawn is what was seen last. */
  readonly away?: { readonly because: string; readonly forMs: number };
  readonly nowMs: number;
}

const FEWEST_FOR_BARS = 60;
const MOST_BAR = 40;
const LAST_ENTRIES = 6;

/** Colours that have a name of their own have their own; the new app is green else. */
const styleOf = (colour: string, isNew: boolean): Style => {
  const own = (['blue', 'green', 'red', 'yellow'] as const).find((one) => one === colour);
  return own ?? (isNew ? 'green' : 'blue');
};

const percent = (share: number): string => `${Number(share.toFixed(1))} %`;

/** '0:42' until the hold is over; undefined: none is held, or it is not over before somebody resumes it. */
const holdLeft = ({ state, options }: RolloutView, nowMs: number): string | undefined => {
  if (state.phase !== 'holding' || state.paused !== undefined) return undefined;
  const seconds = Math.max(0, Math.ceil((Date.parse(state.since) + options.holdSeconds * 1000 - nowMs) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} left`;
};

const phaseStyle = ({ state: { phase, outcome, paused } }: RolloutView): Style => {
  if (outcome !== undefined && outcome !== 'done') return 'red';
  if (paused !== undefined) return 'yellow';
  return phase === 'ended' || phase === 'keeping' ? 'green' : 'bold';
};

const headLines = ({ view, nowMs }: Seen): readonly Line[] => {
  const { rollout, group } = view;
  if (rollout === null) return [[span(group, 'bold'), span('  no rollout')]];
  const { started, from, to } = rollout;
  const left = holdLeft(rollout, nowMs);
  const way: Span[] = [
    ...(from === undefined ? [] : [span(colourIn(view, from), styleOf(colourIn(view, from), false)), span(' -> ')]),
    span(colourIn(view, to), styleOf(colourIn(view, to), true)),
  ];
  const reason = started.reason === undefined ? '' : `: ${started.reason}`;
  return [
    [
      span(group, 'bold'),
      span('  '),
      ...way,
      span('  '),
      span(phaseText(rollout), phaseStyle(rollout)),
      ...(left === undefined ? [] : [span(`  ${left}`)]),
    ],
    [span(`begun ${age(nowMs - Date.parse(started.at))} ago by ${started.by}${reason}`, 'dim')],
  ];
};

const bar = (share: number | undefined, width: number, style: Style): readonly Span[] => {
  const full = Math.round((width * (share ?? 0)) / 100);
  // A share that is small is still a share.
  const drawn = share !== undefined && share > 0 ? Math.max(1, full) : full;
  return [span('█'.repeat(drawn), style), span('░'.repeat(width - drawn), 'dim')];
};

const measuredText = ({ share, perSecond, errors5xx, connectionErrors }: Rates): string => {
  if (share === undefined) return 'no requests';
  const parts = [
    `${perSecond.toFixed(1)} requests/s`,
    ...(errors5xx === undefined ? [] : [`5xx ${percent(errors5xx)}`]),
    ...((connectionErrors ?? 0) > 0 ? [`not connected ${percent(connectionErrors ?? 0)}`] : []),
  ];
  return `${percent(share).padStart(7)}  ${parts.join(', ')}`;
};

const appLines = (app: Look['apps'][number], seen: Seen, name: number, width: number): readonly Line[] => {
  const style = styleOf(app.colour, app.appId === seen.view.rollout?.to);
  const rates = seen.rates?.get(app.appId);
  const bars = width < FEWEST_FOR_BARS ? 0 : Math.min(MOST_BAR, Math.floor(width / 4));
  const drawn = (share: number | undefined): readonly Span[] => (bars === 0 ? [] : [...bar(share, bars, style), span(' ')]);
  const asked = app.share === null ? 'none' : percent(app.share);
  const instances = `${app.healthy} of ${app.instances} healthy${app.running === app.instances ? '' : `, ${app.running} run`}`;
  const isWell = app.healthy >= app.instances;
  return [
    [
      span(app.colour.padEnd(name), style),
      span('  asked     '),
      ...drawn(app.share ?? 0),
      span(asked.padStart(7)),
      span('  '),
      span(instances, isWell ? 'plain' : 'yellow'),
    ],
    ...(rates === undefined
      ? []
      : [[span(`${' '.repeat(name)}  measured  `), ...drawn(rates.share), span(measuredText(rates), hasErrors(rates) ? 'red' : 'plain')]]),
  ];
};

const hasErrors = ({ errors5xx, connectionErrors }: Rates): boolean => (errors5xx ?? 0) > 0 || (connectionErrors ?? 0) > 0;

const GATE_STYLES: Readonly<Record<GateResult['outcome'], Style>> = { passed: 'green', waiting: 'yellow', failed: 'red' };

/** Those that were not asked yet wait too; once it is clear how it comes out none is asked any more. */
const gateLines = ({ options, state }: RolloutView): readonly Line[] => {
  const results = new Map(gatesOf(state).map((result) => [gateText(result.gate), result]));
  const texts = (state.outcome === undefined ? options.gates : []).map(gateText);
  const longest = Math.max(0, ...texts.map((text) => text.length));
  return texts.map((text) => {
    const { outcome = 'waiting', because = 'not asked yet' } = results.get(text) ?? {};
    return [span(`  ${outcome.padEnd(7)}`, GATE_STYLES[outcome]), span(`  ${text.padEnd(longest)}  `), span(because, 'dim')];
  });
};

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;

const waitLines = ({ state }: RolloutView): readonly Line[] => {
  const draining = Object.keys(drainingOf(state)).length;
  return [
    ...(state.waitingFor === undefined ? [] : [[span('waits for  ', 'yellow'), span(state.waitingFor)]]),
    ...(draining === 0 ? [] : [[span('draining   ', 'yellow'), span(count(draining, 'task'))]]),
    ...(state.paused === undefined
      ? []
      : [
          [
            span('paused     ', 'yellow'),
            span(`by ${state.paused.by}${state.paused.reason === undefined ? '' : `: ${state.paused.reason}`}`),
          ],
        ]),
  ];
};

const missingLines = ({ view: { uncounted, problems } }: Seen): readonly Line[] => [
  ...(uncounted === undefined ? [] : [[span('missing    ', 'red'), span(`what this Sluice counts: ${uncounted}`)]]),
  ...problems.map((problem) => [span('problem    ', 'red'), span(problemLine(problem))]),
];

const lastLines = ({ history }: RolloutView): readonly Line[] =>
  history.slice(-LAST_ENTRIES).map(({ at, by, what }) => [span(`  ${clockTime(at)}  `, 'dim'), span(`${by}: `, 'dim'), span(what)]);

const awayLines = ({ away }: Seen): readonly Line[] =>
  away === undefined ? [] : [[span(`Sluice does not answer for ${age(away.forMs)}, and is asked again: ${away.because}`, 'red')]];

/** Parts with an empty line between. */
const parts = (...all: readonly (readonly Line[])[]): readonly Line[] =>
  all.filter((lines) => lines.length > 0).flatMap((lines, index) => (index === 0 ? lines : [[], ...lines]));

const titled = (title: string, lines: readonly Line[]): readonly Line[] => (lines.length === 0 ? [] : [[span(title)], ...lines]);

/** A rollout as lines, for a screen of this width; lines that are longer are cut by who draws them. */
export const drawing = (seen: Seen, width: number): readonly Line[] => {
  const { view } = seen;
  const { rollout, apps } = view;
  const name = Math.max(0, ...apps.map(({ colour }) => colour.length));
  return parts(
    awayLines(seen),
    headLines(seen),
    apps.flatMap((app) => appLines(app, seen, name, width)),
    rollout === null ? [] : titled('gates', gateLines(rollout)),
    rollout === null ? [] : waitLines(rollout),
    missingLines(seen),
    rollout === null ? [] : titled('last', lastLines(rollout)),
  );
};
