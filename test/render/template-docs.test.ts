import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

/** docs/templates.md against what the templates use. */

const docs = readFileSync(new URL('../../docs/templates.md', import.meta.url), 'utf8');
const templateOf = (name: string): string => readFileSync(new URL(`../../templates/${name}.hbs`, import.meta.url), 'utf8');

/** Words of Handlebars itself, and values of its loops. */
const OWN = new Set(['if', 'unless', 'each', 'else', 'this', 'piece', 'with']);

/** Names in the tags of a text, but for what belongs to the elements of a loop. */
const namesIn = (text: string): readonly string[] => {
  const outside = text.replaceAll(/\{\{#each ([\w.]+)\}\}[\s\S]*?\{\{\/each\}\}/g, '{{$1}}');
  return [...outside.matchAll(/\{\{[#/]?([^>}][^}]*)\}\}/g)]
    .flatMap(([, tag = '']) => tag.replaceAll(/"[^"]*"/g, '').split(/\s+/))
    .map((word) => word.split('.')[0] ?? '')
    .filter((word) => /^[a-z]\w*$/i.test(word) && !OWN.has(word));
};

/** With the names of the partials that it uses. */
const usedBy = (name: string): ReadonlySet<string> => {
  const text = templateOf(name);
  const partials = [...text.matchAll(/\{\{> ([\w-]+)\}\}/g)].map(([, partial = '']) => partial);
  return new Set([...namesIn(text), ...partials.flatMap((partial) => [...usedBy(partial)])]);
};

const rows = docs
  .split('\n## ')[0]
  ?.split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

describe('docs/templates.md says what each template is given', () => {
  for (const [, names = '', , given = ''] of rows ?? [])
    for (const [, name = ''] of names.matchAll(/`([\w.-]+)`/g))
      it(name, () => {
        const named = new Set([...given.matchAll(/`(\w+)`/g)].map(([, word]) => word));
        assert.deepEqual(
          [...usedBy(name)].filter((word) => !named.has(word)),
          [],
        );
      });

  it('and of all that are sections', () => assert.equal(rows?.length, 9));
});
