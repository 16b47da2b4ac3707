import type { Backend, Desired, Frontend, Profile } from '../desired/desired.ts';
import { SHARED_FRONTENDS } from '../desired/names.ts';
import type { RoutingBlock } from '../desired/routing-block.ts';
import { messageOf } from '../kit/error.ts';
import { never } from '../kit/never.ts';
import { blockContext } from './block-context.ts';
import { type BlockText, blockText } from './block-text.ts';
import type { RenderedFile } from './file.ts';
import { profileContext } from './profile-context.ts';
import { backendContext, frontendContext, globalContext, serviceContext } from './section-contexts.ts';
import { type BlockSide, isOfApps, type Section, type SectionSource } from './section.ts';
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

const inOrder = (frontends: Desired['frontends']): readonly Frontend[] =>
  [...sorted(frontends)].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));

const SIDES: readonly BlockSide[] = ['rules', 'choices'];

const sourcesIn = (desired: Desired): readonly SectionSource[] => [
  ...sorted(desired.profiles).map((value) => ({ kind: 'profile', value }) as const),
  ...inOrder(desired.frontends)
    .flatMap(({ blocks = [] }) => blocks)
    .flatMap((value) => SIDES.map((side) => ({ kind: 'block', value, side }) as const)),
  ...inOrder(desired.frontends)
    .filter(isOfApps)
    .map((value) => ({ kind: 'listener', value }) as const),
  ...sorted(desired.backends).map((value) => ({ kind: 'backend', value }) as const),
];

const withoutBlocks = (frontend: Frontend): Frontend => ({ ...frontend, blocks: [] });

/** The same without any section of an app, and without entries of maps. */
export const sharedOnly = (desired: Desired): Desired => ({
  ...desired,
  profiles: new Map(),
  frontends: new Map(
    [...desired.frontends].filter(([, frontend]) => !isOfApps(frontend)).map(([name, frontend]) => [name, withoutBlocks(frontend)]),
  ),
  backends: new Map(),
  maps: new Map([...desired.maps.keys()].map((name) => [name, new Map()])),
});

/**
 * The same text, stored as one piece. What Handlebars returns is a tree of the pieces that it put together (so V8 adds texts), and each join of
 * thousands of kept sections would walk all of those trees again.
 */
const inOnePiece = (text: string): string => Buffer.from(text).toString();

const mapFile = (name: string, entries: ReadonlyMap<string, string>): RenderedFile => {
  const lines = [...entries].map(([key, value]) => `${key} ${value}\n`).sort();
  return { path: `maps/${name}.map`, bytes: Buffer.from(lines.join('')) };
};

/** Read at a reload alone, with the rules that ask it: both are the frontend's. */
const guardMaps = ({ frontends }: Desired): readonly RenderedFile[] => {
  const guarded = frontends.get(SHARED_FRONTENDS.https)?.guarded;
  return guarded === undefined ? [] : [mapFile('guarded', new Map(guarded.map(([host, guard]) => [host, guard])))];
};

/**
 * Desired as the files that HAProxy loads: equal Desired, equal bytes. Sections are kept as long as the value they were made of lives,
 * so that rendering costs what changed, and joining.
 */
export class Renderer {
  readonly #templates: Templates;
  readonly #sections = new WeakMap<Profile | Frontend | Backend, string>();
  readonly #blocks = new WeakMap<RoutingBlock, BlockText>();

  constructor(templates: Templates) {
    this.#templates = templates;
  }

  render(desired: Desired, fingerprint: string): readonly RenderedFile[] {
    return [
      this.#config(desired, fingerprint),
      ...[...desired.maps].map(([name, entries]) => mapFile(name, entries)),
      ...guardMaps(desired),
    ];
  }

  /** The parts of it that are there for some apps alone, in their order. */
  sections(desired: Desired): readonly Section[] {
    return sourcesIn(desired).map((source) => ({ ...source, text: this.#text(source) }));
  }

  /** What the templates fail on of some apps alone, and why. */
  unrenderable(desired: Desired): readonly (readonly [SectionSource, because: string])[] {
    return sourcesIn(desired).flatMap((source): readonly (readonly [SectionSource, string])[] => {
      try {
        this.#text(source);
        return [];
      } catch (error) {
        return [[source, messageOf(error)]];
      }
    });
  }

  #text(source: SectionSource): string {
    switch (source.kind) {
      case 'profile':
        return this.#profile(source.value);
      case 'block':
        return this.#block(source.value)[source.side];
      case 'listener':
        return this.#frontend(source.value);
      case 'backend':
        return this.#backend(source.value);
      default:
        return never(source);
    }
  }

  #config(desired: Desired, fingerprint: string): RenderedFile {
    const { globals } = desired;
    const context = globalContext(globals, fingerprint);
    const text = this.#templates.render('haproxy.cfg', {
      global: this.#templates.render('global', context),
      defaults: this.#templates.render('defaults', context),
      others: (globals.head?.others ?? []).join('\n'),
      profiles: this.#joined(sorted(desired.profiles), (profile) => this.#profile(profile)),
      frontends: this.#joined(inOrder(desired.frontends), (frontend) => this.#frontend(frontend)),
      backends: this.#joined(sorted(desired.backends), (backend) => this.#backend(backend)),
    });
    return { path: 'haproxy.cfg', bytes: Buffer.from(text) };
  }

  #joined<T>(values: readonly T[], textOf: (value: T) => string): string {
    return values.map(textOf).join('\n');
  }

  #profile(profile: Profile): string {
    return this.#section(profile, 'profile', profileContext);
  }

  #frontend(frontend: Frontend): string {
    const contextOf = isOfApps(frontend) ? serviceContext : (value: Frontend) => frontendContext(value, (block) => this.#block(block));
    return this.#section(frontend, TEMPLATE_OF[frontend.kind], contextOf);
  }

  #block(block: RoutingBlock): BlockText {
    const known = this.#blocks.get(block);
    if (known !== undefined) return known;
    const text = blockText(block, this.#templates.render('rules-block', blockContext(block)));
    this.#blocks.set(block, text);
    return text;
  }

  #backend(backend: Backend): string {
    return this.#section(backend, 'backend', (value) => backendContext(value, (profile) => this.#body(profile)));
  }

  #body(profile: Profile): string {
    return this.#templates.render('profile-body', profileContext(profile)).replace(/\n$/, '');
  }

  #section<T extends Profile | Frontend | Backend>(value: T, name: SectionName, contextOf: (value: T) => object): string {
    const known = this.#sections.get(value);
    if (known !== undefined) return known;
    const text = inOnePiece(this.#templates.render(name, contextOf(value)));
    this.#sections.set(value, text);
    return text;
  }
}
