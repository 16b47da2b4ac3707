import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { VARIABLES } from '../src/settings-environment.ts';
import { LOGIN_VARIABLES } from '../src/settings-login.ts';
import { toSettings } from '../src/settings.ts';
import { buildOptions } from '../src/startup/from-settings.ts';

const GIVEN = { group: ['external'] };

test("each variable of Marathon-LB's container has a row in docs/container.md", () => {
  const docs = readFileSync(new URL('../docs/container.md', import.meta.url), 'utf8');
  const firsts = docs.split('\n').flatMap((line) => (line.startsWith('|') ? [line.split('|')[1] ?? ''] : []));
  for (const name of [...VARIABLES, ...LOGIN_VARIABLES])
    assert.ok(
      firsts.some((first) => first.includes(`\`${name}\``)),
      `${name} has no row`,
    );
});

const OWN: readonly (readonly [name: string | undefined, appId: string | undefined])[] = [
  ['marathon-lb', '/marathon-lb'],
  ['/infra/marathon-lb', '/infra/marathon-lb'],
  ['infra/marathon-lb', '/infra/marathon-lb'],
  ['', undefined],
  [undefined, undefined],
];

for (const [name, appId] of OWN) {
  test(`FRAMEWORK_NAME=${name ?? '(not set)'} is the app ${appId ?? '(none)'}`, () => {
    const settings = toSettings(GIVEN, { FRAMEWORK_NAME: name });
    assert.equal(buildOptions(settings, [], { sameNames: true }).ownAppId, appId);
  });
}
