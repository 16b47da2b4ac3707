import Handlebars from 'handlebars';
import { digest } from '../kit/digest.ts';
import { SluiceError, messageOf } from '../kit/error.ts';

/** The texts of templates by name without '.hbs': 'haproxy.cfg', 'global', 'backend', ... */
export type TemplateTexts = ReadonlyMap<string, string>;

/** Templates that sections are rendered from. Any other text is a partial that these may use. */
const SECTIONS = [
  'haproxy.cfg',
  'global',
  'defaults',
  'profile',
  'profile-body',
  'stats',
  'frontend-http',
  'frontend-https',
  'frontend-app-id',
  'frontend-service',
  'rules-block',
  'backend',
] as const;

export type SectionName = (typeof SECTIONS)[number];

/** Compiled templates: one function a section, and a digest of all texts. */
export interface Templates {
  readonly digest: string;
  readonly render: (section: SectionName, context: unknown) => string;
}

/** Text longer than this takes seconds to compile. */
const LARGEST_TEMPLATE = 64 * 1024;

const parsed = (name: string, text: string): hbs.AST.Program => {
  if (text.length > LARGEST_TEMPLATE)
    throw new SluiceError('TEMPLATE', `template ${name}.hbs is longer than 64 KiB: split it into partials`);
  try {
    return Handlebars.parse(text);
  } catch (error) {
    throw new SluiceError('TEMPLATE', `template ${name}.hbs is no Handlebars: ${messageOf(error)}`, error);
  }
};

/** `{{#piece 'NAME'}}default{{/piece}}`: the text that stands in place of this piece of Marathon-LB's configuration, or what is inside. */
function piece(this: { readonly texts?: Readonly<Record<string, string>> }, name: string, options: Handlebars.HelperOptions): string {
  return this.texts?.[name] ?? options.fn(this);
}

const call = (name: SectionName, template: Handlebars.TemplateDelegate, context: unknown): string => {
  try {
    return template(context);
  } catch (error) {
    throw new SluiceError('TEMPLATE', `template ${name}.hbs cannot be rendered: ${messageOf(error)}`, error);
  }
};

/** Over names and texts, whatever their order. */
const digestOf = (texts: TemplateTexts): string =>
  digest(
    [...texts.keys()]
      .sort()
      .map((name) => JSON.stringify([name, texts.get(name)]))
      .join(''),
  );

/** Compiles the texts. A missing section, or a text that is no Handlebars, is a SluiceError TEMPLATE that names it. */
export const compileTemplates = (texts: TemplateTexts): Templates => {
  const handlebars = Handlebars.create();
  // `{{log}}` would write to the console.
  handlebars.unregisterHelper('log');
  handlebars.registerHelper('piece', piece);
  // HAProxy text is not HTML: values are made safe where they are parsed. Each text is read once, and made a function when it is first used.
  const compiled = new Map(
    [...texts].map(([name, text]) => [name, handlebars.compile(parsed(name, text), { strict: true, noEscape: true })]),
  );
  for (const [name, template] of compiled) handlebars.registerPartial(name, template);
  for (const name of SECTIONS) if (!compiled.has(name)) throw new SluiceError('TEMPLATE', `template ${name}.hbs is missing`);
  return {
    digest: digestOf(texts),
    render: (name, context) => call(name, compiled.get(name) as Handlebars.TemplateDelegate, context),
  };
};
