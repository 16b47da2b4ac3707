import { type Answer, json, refuse } from '../answer.ts';
import { canonicalId, isWithin } from '../ids.ts';
import { type Embed, appAnswer, parseEmbeds } from '../specs/app-answer.ts';
import { appJson } from '../specs/app-json.ts';
import type { AppSpec } from '../specs/run-spec.ts';
import type { World } from '../world.ts';
import type { Call, Route } from './call.ts';
import { matchesFilters } from './app-filters.ts';
import { createApp, deleteApp, patchApps, putApp, restartApp } from './app-writes.ts';

const alwaysInLists: readonly Embed[] = ['counts', 'deployments'];
const alwaysInOne: ReadonlySet<Embed> = new Set(['counts', 'tasks', 'lastTaskFailure', 'deployments']);

function apps(world: World): readonly AppSpec[] {
  return [...world.specs.values()].filter((spec) => spec.kind === 'app');
}

/** @throws Refused 404 */
function appCalled(world: World, idText: string): AppSpec {
  const id = canonicalId(idText);
  const spec = world.specs.get(id);
  return spec?.kind === 'app' ? spec : refuse(404, `App '${id}' does not exist`);
}

function listApps(world: World, call: Call): Answer {
  const wanted = new Set([...alwaysInLists, ...parseEmbeds(call.query.getAll('embed'))]);
  const texts = apps(world)
    .filter((spec) => matchesFilters(spec, call.query))
    .map((spec) => appAnswer(world, spec, wanted));
  return { status: 200, body: `{"apps":[${texts.join()}]}` };
}

function showApp(world: World, call: Call, [idText = '']: readonly string[]): Answer {
  const wanted = new Set([...alwaysInOne, ...parseEmbeds(call.query.getAll('embed'))]);
  return { status: 200, body: `{"app":${appAnswer(world, appCalled(world, idText), wanted)}}` };
}

/** `GET /v2/apps/{group}/*`: all apps below a group. */
function listBelow(world: World, call: Call, [groupText = '']: readonly string[]): Answer {
  const group = canonicalId(groupText);
  const wanted = new Set([...alwaysInLists, ...parseEmbeds(call.query.getAll('embed'))]);
  const texts = apps(world)
    .filter((spec) => isWithin(spec.id, group))
    .map((spec) => appAnswer(world, spec, wanted));
  return { status: 200, body: `{"*":[${texts.join()}]}` };
}

function appHistory(world: World, idText: string): readonly AppSpec[] {
  const { id } = appCalled(world, idText);
  return (world.history.get(id) ?? []).filter((spec) => spec.kind === 'app');
}

function listVersions(world: World, _call: Call, [idText = '']: readonly string[]): Answer {
  const versions = appHistory(world, idText).map(({ version }) => version);
  return json(200, { versions: versions.reverse() });
}

function showVersion(world: World, _call: Call, [idText = '', version = '']: readonly string[]): Answer {
  const found = appHistory(world, idText).find((spec) => spec.version === version);
  if (found === undefined) return refuse(404, `App '${canonicalId(idText)}' does not exist in version ${version}`);
  return json(200, appJson(found, world.personality));
}

/** In this order: an id may contain slashes, so the more particular paths come first. */
export const appRoutes: readonly Route[] = [
  { method: 'GET', pattern: /^\/v2\/apps\/?$/, handle: listApps },
  { method: 'POST', pattern: /^\/v2\/apps\/?$/, handle: createApp },
  { method: 'PUT', pattern: /^\/v2\/apps\/?$/, handle: patchApps },
  { method: 'PATCH', pattern: /^\/v2\/apps\/?$/, handle: patchApps },
  { method: 'POST', pattern: /^\/v2\/apps\/(.+)\/restart$/, handle: restartApp },
  { method: 'GET', pattern: /^\/v2\/apps\/(.+)\/versions$/, handle: listVersions },
  { method: 'GET', pattern: /^\/v2\/apps\/(.+)\/versions\/([^/]+)$/, handle: showVersion },
  { method: 'GET', pattern: /^\/v2\/apps\/(.*)\*$/, handle: listBelow },
  { method: 'GET', pattern: /^\/v2\/apps\/(.+)$/, handle: showApp },
  { method: 'PUT', pattern: /^\/v2\/apps\/(.+)$/, handle: putApp },
  { method: 'PATCH', pattern: /^\/v2\/apps\/(.+)$/, handle: putApp },
  { method: 'DELETE', pattern: /^\/v2\/apps\/(.+)$/, handle: deleteApp },
];
