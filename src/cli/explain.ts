import type { Command } from 'commander';
import type { DeploymentExplanation, Explanation, PortExplanation } from '../picture/explanation.ts';
import { idForPath } from './app-id.ts';
import { ask } from './client.ts';
import { colourLines } from './colour-lines.ts';
import { signature } from './decided-lines.ts';
import { print, printJson } from './printable.ts';
import { problemOfAppLine } from './problem-line.ts';
import { table } from './table.ts';
import { addTargetFlags, type TargetFlags, targetOf } from './target-flags.ts';

const list = (title: string, items: readonly string[]): readonly string[] =>
  items.length === 0 ? [`  ${title}: none`] : [`  ${title}:`, ...items.map((item) => `    ${item}`)];

const serverRows = ({ servers }: PortExplanation): readonly string[] => {
  if (servers.length === 0) return ['  servers: none'];
  const rows = servers.map((server) => [
    `    ${server.name}`,
    `${server.address}:${server.port}`,
    server.state,
    server.up ? 'up' : 'down',
    server.because,
  ]);
  return ['  servers:', ...table(rows)];
};

const translatedLine = ({ piece, from, to }: NonNullable<PortExplanation['translated']>[number]): string =>
  `HAPROXY_${piece}: ${from} -> ${to.length === 0 ? 'nothing: it has no effect any more' : to.join(' ; ')}`;

const describePort = (port: PortExplanation): readonly string[] => {
  const head = `port ${port.index} (${port.servicePort === 0 ? 'no service port of its own' : `service port ${port.servicePort}`})`;
  if (port.backend === undefined) return [`${head}: not taken: ${port.because ?? ''}`];
  return [
    `${head}: backend ${port.backend}, mode ${port.mode ?? ''}, balance ${port.balance ?? ''}`,
    ...list('frontends', port.frontends),
    ...list('routes', port.routes),
    ...serverRows(port),
    ...(port.colours === undefined ? [] : ['  backends of one app each:', ...colourLines(port.colours)]),
    ...(port.translated === undefined ? [] : list('texts in other words', port.translated.map(translatedLine))),
    ...(port.left.length === 0
      ? []
      : list(
          'tasks that take no traffic',
          port.left.map(({ taskId, because }) => `${taskId}: ${because}`),
        )),
  ];
};

const describeDeployment = (deployment: DeploymentExplanation | undefined): readonly string[] => {
  if (deployment === undefined) return [];
  const { group, definition, apps, newApp, drained, shares, decided } = deployment;
  return [
    `deployment group ${group}: ${apps.join(', ')} are served as one, by the definition of ${definition}${newApp === undefined ? '' : `; ${newApp} replaces the others`}`,
    ...(shares === undefined
      ? []
      : list(
          'shares',
          shares.map(({ appId, colour, percent }) => `${colour} ${percent} % (${appId})`),
        )),
    ...(decided === undefined ? [] : [`    by ${decided.splitBy}, as decided by ${signature(decided)}`]),
    ...(drained.length === 0 ? [] : list('tasks that are drained', drained)),
  ];
};

/** An explanation as lines for people. */
const describeExplanation = (explanation: Explanation): readonly string[] => [
  `${explanation.appId}: ${explanation.kind === undefined ? '' : `a ${explanation.kind}, `}${explanation.instances} instances wanted, network ${explanation.network}, groups ${explanation.groups.join(', ') || 'none'}`,
  ...describeDeployment(explanation.deployment),
  ...explanation.ports.flatMap(describePort),
  ...(explanation.problems.length === 0 ? [] : list('problems', explanation.problems.map(problemOfAppLine))),
];

export const addExplain = (program: Command): void => {
  addTargetFlags(program.command('explain'))
    .description('where the traffic of one app goes, and why')
    .argument('<app>', 'Marathon app id, e.g. /shop/cart')
    .addHelpText(
      'after',
      '\nExamples:\n  sluice explain /shop/cart\n  sluice explain /shop/cart --json | jq .ports[0].servers\n\nExit codes: 0 explained, 1 Marathon has no such app, 2 the command line is wrong, 3 no Sluice answers',
    )
    .action(async (appId: string, flags: TargetFlags) => {
      const explanation = await ask<Explanation>(targetOf(flags), `/apps/${idForPath(appId)}`);
      if (flags.json === true) printJson(explanation);
      else print(describeExplanation(explanation));
    });
};
