import type { Backend, Desired, Frontend, Profile } from '../desired/desired.ts';
import type { RenderedFile } from './file.ts';
import { backendContext, frontendContext, globalContext, profileContext } from './section-contexts.ts';
import type { SectionName, Templates } from './templates.ts';

const TEMPLATE_OF: Readonly<Record<Frontend['kind'], SectionName>> = {
  http: 'frontend-http',
  https: 'frontend-https',
  'app-id': 'frontend-app-id',
  service: 'frontend-service',
  stats: 'stats',
};

/** Shared frontends come before those of apps. */
const ORDER: readonly Frontend['kind'][] = ['stats', 'http', 'https', 'app-id', 'service'];

const sorted = <T>(values: ReadonlyMap<string, T>): readonly T[] => [...values.keys()].sort().map((name) => values.get(name) as T);

/**
 * The same text, stored as one piece. What Handlebars returns is a tree of the pieces that it put together (so V8 adds texts), and each join of
 * thousands of kept sections would walk all of those trees again.
 */
const inOnePiece = (text: string): string => Buffer.from(text).toString();

const mapFile = (name: string, entries: ReadonlyMap<string, string>): RenderedFile => {
  const lines = [...entries].map(([key, value]) => `${key} ${value}\n`).sort();
  return { path: `maps/${name}.map`, bytes: Buffer.from(lines.join('')) };
};

/**
 * Desired as the files that HAProxy loads: equal Desired, equal bytes. Sections are kept as long as the value they were made of lives,
 * so that rendering costs what changed, and joining.
 */
export class Renderer {
  readonly #templates: Templates;
  readonly #sections = new WeakMap<Profile | Frontend | Backend, string>();

  constructor(templates: Templates) {
    this.#templates = templates;
  }

  render(desired: Desired, fingerprint: string): readonly RenderedFile[] {
    return [this.#config(desired, fingerprint), ...[...desired.maps].map(([name, entries]) => mapFile(name, entries))];
  }

  #config(desired: Desired, fingerprint: string): RenderedFile {
    const { globals } = desired;
    const frontends = [...sorted(desired.frontends)].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
    const text = this.#templates.render('haproxy.cfg', {
      global: this.#templates.render('global', globalContext(globals, fingerprint)),
      defaults: this.#templates.render('defaults', globals),
      profiles: this.#join(sorted(desired.profiles), 'profile', profileContext),
      frontends: frontends.map((frontend) => this.#section(frontend, TEMPLATE_OF[frontend.kind], frontendContext)).join('\n'),
      backends: this.#join(sorted(desired.backends), 'backend', backendContext),
    });
    return { path: 'haproxy.cfg', bytes: Buffer.from(text) };
  }

  #join<T extends Profile | Backend>(values: readonly T[], name: SectionName, contextOf: (value: T) => object): string {
    return values.map((value) => this.#section(value, name, contextOf)).join('\n');
  }

  #section<T extends Profile | Frontend | Backend>(value: T, name: SectionName, contextOf: (value: T) => object): string {
    const known = this.#sections.get(value);
    if (known !== undefined) return known;
    const text = inOnePiece(this.#templates.render(name, contextOf(value)));
    this.#sections.set(value, text);
    return text;
  }
}
