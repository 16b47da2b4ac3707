import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { PIECE_NAMES, pieceOf, type Place } from '../../src/pieces/catalogue.ts';
import { fingerprint } from '../../src/plan/fingerprint.ts';
import { Renderer } from '../../src/render/renderer.ts';
import { aCheck, anEntry, build, labels } from '../kit/builders.ts';
import { ownTemplates } from '../kit/own-templates.ts';

/** What docs/labels.md says of the texts in place of Marathon-LB's templates, against what they do. */

const TEXT = readFileSync(new URL('../../docs/labels.md', import.meta.url), 'utf8');
const PART = TEXT.slice(TEXT.indexOf("\n## Texts in place of Marathon-LB's templates\n"), TEXT.indexOf('\n## What a wrong value gets\n'));

const ROWS = PART.split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

const NAMES = PIECE_NAMES.filter((name) => ['read', 'dead'].includes(pieceOf(name).label));

const STANDS: Readonly<Partial<Record<Place, string>>> = {
  userlist: 'opens the list of users',
  'http-rules': 'rules of port 80',
  'https-rules': 'rules of port 443',
  'app-id-rules': 'rules of port 9091',
  frontend: 'opens the frontend of the service port',
  'frontend-rules': 'in the frontend of the service port',
  backend: 'opens the backend',
  'backend-body': 'in the backend',
  server: 'the line of a server',
  'server-words': 'in the line of a server',
};

/** What a row of the table calls a label that is there, with a value that is right. */
const VALUES: Readonly<Record<string, string>> = {
  AUTH: 'The Shop:ann:$1$abcdefgh$irWbblnpmw.5z7wgBnprh0',
  PATH: '/cart',
  REDIRECT_TO_HTTPS: 'true',
  USE_HSTS: 'true',
  STICKY: 'true',
  HTTP_BACKEND_PROXYPASS_PATH: '/cart',
  HTTP_BACKEND_REVPROXY_PATH: '/cart',
  BACKEND_NETWORK_ALLOWED_ACL: '10.0.0.0/8',
};

type Labels = Readonly<Record<string, string>>;

/** The ports that a row speaks of: each with labels, and the check of its app. */
const portsOf = (usedWith: string): readonly { readonly with: Labels; readonly isChecked: 'http' | 'connect' | undefined }[] => {
  const hosts = usedWith.includes('some `VHOST`s') ? ['a.example,b.example'] : usedWith.includes('one `VHOST`') ? ['a.example'] : [];
  const anyHosts = /^`VHOST`/.test(usedWith) ? ['a.example', 'a.example,b.example'] : hosts;
  // "neither ... nor ..." and what follows a second "one with" are about labels that are not there, or other ports.
  const [first = ''] = usedWith.split(/; (?:neither|one with)/);
  const named = [...first.matchAll(/`([A-Z_]+)`/g)].flatMap(([, name = '']) => (name in VALUES ? [[name, VALUES[name] ?? '']] : []));
  const mode = usedWith.includes('mode tcp') ? { MODE: 'tcp' } : { MODE: 'http' };
  const isChecked = usedWith.includes('by HTTP') ? 'http' : usedWith.includes('by a connect') ? 'connect' : undefined;
  const common = { ...mode, ...(Object.fromEntries(named) as Labels) };
  const withHosts = anyHosts.map((VHOST) => ({ ...common, VHOST }));
  return (withHosts.length === 0 ? [common] : withHosts).map((one) => ({ with: one, isChecked }));
};

const problemsOf = (port: Labels, isChecked?: 'http' | 'connect'): readonly string[] => {
  const own = Object.fromEntries(Object.entries(port).map(([name, value]) => [`HAPROXY_0_${name}`, value]));
  const healthChecks = isChecked === undefined ? [] : [aCheck({ protocol: isChecked === 'http' ? 'HTTP' : 'TCP' })];
  return build([anEntry({ ...labels(own), healthChecks })]).problems.map(({ message }) => message);
};

describe('docs/labels.md on texts in place of templates', () => {
  it('counts them', () => {
    assert.match(PART, new RegExp(`\\b${NAMES.filter((name) => pieceOf(name).label === 'read').length} labels\\b`));
  });

  for (const name of NAMES)
    it(`has a row on ${name}, and says where it stands and with what it is used`, () => {
      const row = ROWS.find(([label]) => label === `\`HAPROXY_{n}_${name}\``);
      assert.ok(row !== undefined);
      const [, stands, usedWith = ''] = row;
      const { place, label } = pieceOf(name);
      assert.equal(stands, label === 'dead' ? 'nowhere' : STANDS[place]);
      for (const port of label === 'dead' ? [] : portsOf(usedWith))
        assert.match(
          problemsOf({ ...port.with, [name]: 'acl x src 1\\nacl y src 2' }, port.isChecked).join('\n'),
          new RegExp(`HAPROXY_0_${name} has the two characters`),
          'a text that is wrong is told where it is read',
        );
    });

  for (const name of NAMES.filter((one) => pieceOf(one).label === 'dead'))
    it(`${name} has no effect`, () => {
      assert.deepEqual(problemsOf({ VHOST: 'a.example', [name]: '{wrong' }), []);
    });

  it('shows an app, and what comes of it', () => {
    const [, json = '{}', shown = ''] = /```json\n([^`]*)```\n\n```\n([^`]*)```/.exec(PART) ?? [];
    const { desired, problems } = build([anEntry({ labels: JSON.parse(json) as Labels })]);
    assert.deepEqual(problems, []);
    const config = new Renderer(ownTemplates)
      .render(desired, fingerprint(desired))
      .find(({ path }) => path === 'haproxy.cfg')
      ?.bytes.toString();
    const lines = shown.split('\n').filter((line) => line !== '' && !line.startsWith('  #'));
    assert.equal(lines.length, 4);
    for (const line of lines) assert.ok(config?.split('\n').includes(line), line);
  });

  const wrong = ROWS.flatMap(([of = '', holds = '', told = '']) => {
    const name = /^`([A-Z_]+)`$/.exec(of)?.[1];
    if (name === undefined) return [];
    return [{ name, text: holds === 'nothing' ? '' : holds.slice(1, -1), told: /^(`+)(.*?) ?\1$/.exec(told)?.[2] }];
  });
  it('shows what goes wrong', () => assert.ok(wrong.length > 8));
  for (const { name, text, told } of wrong)
    it(`says what is told of ${name} with ${text}`, () => {
      assert.deepEqual(problemsOf({ VHOST: 'a.example', [name]: text }), [told]);
    });
});
