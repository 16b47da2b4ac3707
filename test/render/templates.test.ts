import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SluiceError } from '../../src/kit/error.ts';
import { fingerprint } from '../../src/plan/fingerprint.ts';
import { loadTemplates } from '../../src/startup/template-files.ts';
import { Renderer } from '../../src/render/renderer.ts';
import { compileTemplates, type TemplateTexts } from '../../src/render/templates.ts';
import { aBackend, aDesired, aServer } from '../kit/builders.ts';
import { ownTemplates } from '../kit/own-templates.ts';

const OWN = loadTemplates(undefined);
const withText = (name: string, text: string): TemplateTexts => new Map([...OWN, [name, text]]);

/** The text of haproxy.cfg with this template in place of our own. */
const rendered = (texts: TemplateTexts): string => {
  const desired = aDesired([aBackend()]);
  const [config] = new Renderer(compileTemplates(texts)).render(desired, fingerprint(desired));
  return config?.bytes.toString() ?? '';
};

const refused = (message: RegExp) => (error: unknown) =>
  error instanceof SluiceError && error.code === 'TEMPLATE' && message.test(error.message);

describe("an operator's template", () => {
  it('takes the place of ours', () =>
    assert.match(rendered(withText('backend', 'backend {{name}} # mine\n')), /^backend shop_10000 # mine$/m));
  it('may use partials of its own', () => {
    const texts = new Map([...withText('backend', 'backend {{name}}\n{{> mine}}'), ['mine', '  # {{profile}}\n']]);
    assert.match(rendered(texts), /^ {2}# http_roundrobin_[0-9a-f]{32}$/m);
  });
  it('is text, not HTML', () => assert.match(rendered(withText('global', 'global\n  description "{{fingerprint}}" & <>\n')), /" & <>$/m));

  const wrong: readonly (readonly [sentence: string, texts: TemplateTexts, message: RegExp])[] = [
    ['that is missing', new Map([...OWN].filter(([name]) => name !== 'backend')), /^template backend\.hbs is missing$/],
    ['that is no Handlebars', withText('backend', 'backend {{name'), /^template backend\.hbs is no Handlebars: .*line 1/s],
    ['that is too long', withText('backend', '#'.repeat(70_000)), /^template backend\.hbs is longer than 64 KiB/],
    ['of a partial that is no Handlebars', withText('binds', '{{#each binds}}'), /^template binds\.hbs is no Handlebars/],
  ];
  for (const [sentence, texts, message] of wrong)
    it(`${sentence} is refused at the start`, () => assert.throws(() => compileTemplates(texts), refused(message)));

  it('that names a value it is not given is refused when it is rendered', () =>
    assert.throws(
      () => rendered(withText('backend', '{{nosuch}}')),
      refused(/^template backend\.hbs cannot be rendered: "nosuch" not defined/),
    ));
  it('cannot reach beyond its values', () => {
    for (const text of ['{{constructor.name}}', '{{log "x"}}', '{{> nosuch}}'])
      assert.throws(() => rendered(withText('backend', text)), SluiceError, text);
    assert.doesNotMatch(rendered(withText('backend', '{{#with (lookup this "constructor")}}reached{{/with}}\n')), /reached/);
  });
});

describe('the digest of the templates', () => {
  it('is that of names and texts, whatever their order', () => {
    assert.equal(compileTemplates(new Map([...OWN].toReversed())).digest, ownTemplates.digest);
    assert.notEqual(compileTemplates(withText('backend', 'x')).digest, ownTemplates.digest);
    assert.notEqual(compileTemplates(withText('mine', 'x')).digest, ownTemplates.digest);
  });
});

describe('the renderer', () => {
  const text = (renderer: Renderer, desired: ReturnType<typeof aDesired>): string =>
    renderer.render(desired, fingerprint(desired))[0]?.bytes.toString() ?? '';

  it('makes equal bytes of equal values, in any order', () => {
    const backends = [aBackend(), aBackend({ name: 'a_1' }), aBackend({ name: 'B_2' })];
    const routes = { 'b.example/': 'a_1', 'a.example/': 'B_2' };
    const one = new Renderer(ownTemplates).render(aDesired(backends, { routes }), 'x');
    const other = new Renderer(ownTemplates).render(
      aDesired(backends.toReversed(), { routes: Object.fromEntries(Object.entries(routes).toReversed()) }),
      'x',
    );
    assert.deepEqual(one, other);
  });

  it('makes files by the names of their maps', () =>
    assert.deepEqual(
      new Renderer(ownTemplates).render(aDesired([]), 'x').map(({ path }) => path),
      ['haproxy.cfg', 'maps/routes.map', 'maps/redirects.map', 'maps/apps.map', 'maps/backends.map', 'maps/drain.map'],
    ));

  it('sees what changed', () => {
    const renderer = new Renderer(ownTemplates);
    text(renderer, aDesired([aBackend()]));
    assert.match(text(renderer, aDesired([aBackend({ servers: [aServer({ weight: 77 })] })])), /weight 77/);
  });
});
