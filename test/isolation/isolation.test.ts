import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { Assembly } from '../../src/desired/assembly.ts';
import { buildApp } from '../../src/desired/build-app.ts';
import { noChange } from '../../src/desired/change.ts';
import type { Desired } from '../../src/desired/desired.ts';
import type { Blame } from '../../src/haproxy/blame.ts';
import { CheckEndless, checkConfig } from '../../src/haproxy/check.ts';
import { ConfigRefused, type Diagnostic } from '../../src/haproxy/diagnostics.ts';
import { StartStates } from '../../src/haproxy/start-states.ts';
import type { AppEntry } from '../../src/model/model.ts';
import { fingerprint } from '../../src/plan/fingerprint.ts';
import { Isolation } from '../../src/isolation/isolation.ts';
import type { Rendered } from '../../src/isolation/rendered.ts';
import { refusalOf } from '../../src/isolation/refusal-words.ts';
import { loadTemplates } from '../../src/startup/template-files.ts';
import type { RenderedFile } from '../../src/render/file.ts';
import type { Section } from '../../src/render/section.ts';
import { Renderer, sharedOnly } from '../../src/render/renderer.ts';
import { compileTemplates, type TemplateTexts } from '../../src/render/templates.ts';
import { aBackend, aCheck, anEntry, aPort, assemblyOf, aTask, labels, someGlobals, someOptions } from '../kit/builders.ts';
import { eachHaproxy, type HaproxyUnderTest, runFolder } from '../kit/haproxy.ts';

/** The suffix is for those that want one. */
const OPTIONS = { bindHttpHttps: false, listenerSuffix: '_in' };
const OWN = loadTemplates(undefined);
/** Sluice's own, with these lines at the end of some. */
const withLines = (lines: Readonly<Record<string, string>>): TemplateTexts =>
  new Map([...OWN, ...Object.entries(lines).map(([name, text]): [string, string] => [name, `${OWN.get(name) ?? ''}${text}\n`])]);

/** What a deployment does, without a HAProxy that serves: HAProxy is asked, and what it refuses is left out. */
class Course {
  readonly assembly: Assembly;
  readonly #folder: string;
  readonly #renderer: Renderer;
  readonly #binary: string;
  readonly #isolation: Isolation;
  checks = 0;

  constructor(t: TestContext, { binary }: HaproxyUnderTest, apps: readonly AppEntry[], templates: TemplateTexts) {
    this.#binary = binary;
    this.#folder = runFolder(t);
    this.#renderer = new Renderer(compileTemplates(templates));
    this.assembly = assemblyOf(apps, OPTIONS);
    this.#isolation = new Isolation(async (files, limitMs) => this.#check(files, limitMs));
  }

  put(entry: AppEntry): void {
    this.assembly.put(entry.app.id, buildApp(entry, new Map(), someOptions(OPTIONS)), noChange());
  }

  /** Rejects where nobody is to blame. Resolves to the number of checks. */
  async deploy(): Promise<number> {
    this.checks = 0;
    for (;;) {
      const rendered = this.#render(this.#desired);
      try {
        await this.#check(rendered.files);
        this.#isolation.accept(rendered);
        return this.checks;
      } catch (error) {
        if (!(error instanceof ConfigRefused)) throw error;
        const blamed = await this.#isolation.find(error, rendered);
        if (blamed.length === 0) throw error;
        this.assembly.refuse(blamed.map(refusalOf), noChange());
      }
    }
  }

  get served(): readonly string[] {
    return [...this.assembly.desired.backends.keys()].sort();
  }

  get #desired(): Desired {
    return { ...this.assembly.desired, globals: someGlobals({ runDir: this.#folder }) };
  }

  #render(desired: Desired): Rendered {
    return {
      files: this.#renderer.render(desired, fingerprint(desired)),
      sections: this.#renderer.sections(desired),
      shared: () => this.#render(sharedOnly(this.#desired)).files,
    };
  }

  async #check(files: readonly RenderedFile[], limitMs?: number): Promise<void> {
    this.checks += 1;
    await new StartStates(this.#folder).clear();
    const folder = mkdtempSync(join(this.#folder, 'gen-'));
    for (const { path, bytes } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    const configs = files.filter(({ path }) => path.endsWith('.cfg'));
    await checkConfig(this.#binary, configs.length === 1 ? join(folder, 'haproxy.cfg') : folder, undefined, limitMs);
  }
}

const app = (n: number | string, more: Readonly<Record<string, string>> = {}, tasks = [aTask()]): AppEntry =>
  anEntry(
    {
      id: `/app${n}`,
      ports: [aPort({ servicePort: typeof n === 'number' ? 10000 + n : 9999 })],
      ...labels({ HAPROXY_0_MODE: 'http', ...more }),
    },
    tasks,
  );

const binaryPath = ({ binary }: HaproxyUnderTest): string =>
  binary.includes('/') ? binary : spawnSync('sh', ['-c', `command -v ${binary}`], { encoding: 'utf8' }).stdout.trim();

const STICKY = { HAPROXY_0_STICKY: 'true' };
const many = (from: number, count: number, more: Readonly<Record<string, string>> = {}, tasks = [aTask()]): readonly AppEntry[] =>
  Array.from({ length: count }, (_, n) => app(from + n, more, tasks));

const problemsOf = (course: Course): readonly string[] =>
  course.assembly.problems().map(({ appId, label = '', message }) => `${appId} ${label} ${message}`);

/** Templates of an operator that fail for sticky apps: at once, late, and so that HAProxy reads no further. */
const FAULTS: readonly (readonly [what: string, lines: Readonly<Record<string, string>>, words: RegExp])[] = [
  ['an unknown word', { profile: '{{#if cookie}}\n  frobnicate {{cookie}}\n{{/if}}' }, /unknown keyword 'frobnicate'/],
  [
    'a rule that ends the reading',
    { profile: '{{#if cookie}}\n  http-request deny if nope\n{{/if}}' },
    /no such ACL : 'nope'.* \(in the line 'http-request deny if nope'\)/,
  ],
];

eachHaproxy('what HAProxy refuses', (which) => {
  for (const [what, lines, words] of FAULTS)
    it(`${what}: the ports that it is about are left out, with HAProxy's words, in three checks at most`, async (t) => {
      const course = new Course(t, which, [...many(0, 50), ...many(100, 3, STICKY)], withLines(lines));
      assert.ok((await course.deploy()) <= 3, String(course.checks));
      assert.equal(course.served.length, 50);
      assert.deepEqual(problemsOf(course).length, 3);
      for (const problem of problemsOf(course)) assert.match(problem, words);
      // Nothing about it has changed: nothing is asked about it.
      course.put(app(100, STICKY, [aTask({ ports: [31007] })]));
      course.put(app(1, { HAPROXY_0_BALANCE: 'leastconn' }));
      assert.equal(await course.deploy(), 1);
      // One that is changed is tried again, alone.
      course.put(app(101));
      course.put(app(102, { ...STICKY, HAPROXY_0_BALANCE: 'leastconn' }));
      assert.ok((await course.deploy()) <= 3, String(course.checks));
      assert.equal(course.served.length, 51);
    });

  it('two hundred at once, each for a reason of its own, are found in three checks', async (t) => {
    const texts = withLines({ backend: '{{#each serverLines}}{{#if @first}}\n  {{lookup ../this "name"}}{{/if}}{{/each}}' });
    // A line that begins with the backend's name is no keyword that HAProxy knows.
    const apps = [...many(0, 100, {}, []), ...many(200, 200)];
    const course = new Course(t, which, apps, texts);
    assert.ok((await course.deploy()) <= 3, String(course.checks));
    assert.equal(course.served.length, 100);
    assert.equal(problemsOf(course).length, 200);
  });

  for (const [bad, of, most] of [
    [3, 9, 5],
    [40, 120, 83],
  ] as const)
    it(`where HAProxy reads no further at each of ${bad} bad ones among ${of}, ${most} checks at most find them`, async (t) => {
      const lines = { profile: '{{#if httpCheck}}\n  http-request deny if { path_reg {{httpCheck}} }\n{{/if}}' };
      const checked = (n: number, path: string): AppEntry => {
        const entry = app(n);
        return { ...entry, app: { ...entry.app, healthChecks: [aCheck({ protocol: 'HTTP', path })] } };
      };
      const isBad = (n: number): boolean => n % 3 === 0;
      const numbers = Array.from({ length: of }, (_, n) => n);
      const course = new Course(
        t,
        which,
        numbers.map((n) => checked(n, isBad(n) ? `/(${n}` : `/${n}`)),
        withLines(lines),
      );
      assert.ok((await course.deploy()) <= most, String(course.checks));
      const good = numbers.filter((n) => !isBad(n)).map((n) => `app${n}_${10_000 + n}`);
      assert.equal(of - good.length, bad);
      assert.deepEqual(course.served, good.sort());
    });

  it('a complaint without a line is of the backend that it names', async (t) => {
    const lines = { backend: '{{#each serverLines}}\n  stick on src table nosuch\n{{/each}}' };
    const course = new Course(t, which, [...many(0, 5, {}, []), ...many(10, 1)], withLines(lines));
    assert.ok((await course.deploy()) <= 3, String(course.checks));
    assert.deepEqual(problemsOf(course), [
      "/app10  HAProxy refuses this port, and it is left out: Proxy 'app10_10010': unable to find stick-table 'nosuch'.",
    ]);
  });

  it("what all share is nobody's: nothing is left out", async (t) => {
    for (const name of ['global', 'defaults', 'stats', 'frontend-app-id', 'haproxy.cfg']) {
      const course = new Course(t, which, many(0, 3), withLines({ [name]: '  frobnicate' }));
      await assert.rejects(course.deploy(), { code: 'HAPROXY_REFUSED_CONFIG' }, name);
      assert.equal(course.served.length, 3);
      assert.deepEqual(problemsOf(course), []);
    }
  });

  it('what was accepted before is not blamed, whatever has become of it', async (t) => {
    const folder = runFolder(t);
    const file = join(folder, 'lua.map');
    writeFileSync(file, 'a b\n');
    const lines = { profile: `{{#if cookie}}\n  http-request set-var(txn.x) path,map(${file})\n{{/if}}` };
    const course = new Course(t, which, [...many(0, 3), ...many(10, 3, STICKY)], withLines(lines));
    await course.deploy();
    assert.equal(course.served.length, 6);
    unlinkSync(file);
    course.put(app(50));
    await assert.rejects(course.deploy(), { code: 'HAPROXY_REFUSED_CONFIG' });
    assert.equal(course.served.length, 7);
    writeFileSync(file, 'a b\n');
    assert.equal(await course.deploy(), 1);
  });

  it('a configuration that HAProxy dies of is searched for whom it dies of, among those that are new', async (t) => {
    const folder = runFolder(t);
    const fragile = join(folder, 'haproxy');
    // Says nothing, and dies where a sticky app is among what it reads.
    writeFileSync(fragile, `#!/bin/sh\ngrep -rqs '^  cookie ' "$3" && kill -SEGV $$\nexec ${binaryPath(which)} "$@"\n`, { mode: 0o755 });
    const course = new Course(t, { ...which, binary: fragile }, many(0, 20), OWN);
    assert.equal(await course.deploy(), 1);
    for (const entry of [...many(20, 3), app(50, STICKY)]) course.put(entry);
    assert.ok((await course.deploy()) <= 10, String(course.checks));
    assert.equal(course.served.length, 23);
    assert.equal(problemsOf(course).length, 1);
    assert.match(problemsOf(course)[0] ?? '', /^\/app50 .*HAProxy was ended by SIGSEGV as it read it/);
  });

  it('two that are fine alone and not together: what serves keeps its place, the new one is left out, others come in', async (t) => {
    // Lists with one number must be of one kind.
    const lines = {
      profile: '{{#if cookie}}\n  acl x src -u 77 10.0.0.1\n{{/if}}{{#if httpCheck}}\n  acl x path -u 77 {{httpCheck}}\n{{/if}}',
    };
    const checked = (n: number): AppEntry => {
      const entry = app(n);
      return { ...entry, app: { ...entry.app, healthChecks: [aCheck({ protocol: 'HTTP', path: '/ok' })] } };
    };
    const course = new Course(t, which, [...many(0, 5), app(100, STICKY)], withLines(lines));
    assert.equal(await course.deploy(), 1);
    for (const entry of [...many(10, 5), checked(50)]) course.put(entry);
    await course.deploy();
    assert.deepEqual(course.served.length, 11);
    assert.ok(course.served.includes('app100_10100'));
    assert.equal(problemsOf(course).length, 1);
    assert.match(problemsOf(course)[0] ?? '', /^\/app50 .*not beside what serves already: /);
  });

  it('a listener is left out alone', async (t) => {
    const course = new Course(
      t,
      which,
      [...many(0, 3), app(10, { HAPROXY_0_MODE: 'tcp' })],
      withLines({ 'frontend-service': '{{#unless http}}\n  frobnicate\n{{/unless}}' }),
    );
    assert.ok((await course.deploy()) <= 3);
    assert.equal(course.served.length, 4);
    assert.deepEqual(problemsOf(course).length, 1);
    assert.match(problemsOf(course)[0] ?? '', /service port 10010 is not opened: HAProxy refuses it: unknown keyword 'frobnicate'/);
  });
});

describe('a HAProxy that reads no further than to the first of very many', () => {
  const sections = (count: number): readonly Section[] =>
    Array.from({ length: count }, (_, n) => ({ kind: 'backend', value: aBackend({ name: `b${n}` }), text: `backend b${n}\n` }));
  const rendered = (count: number): Rendered => ({ files: [], sections: sections(count), shared: () => [] });
  const refusal = (more: Partial<Diagnostic>): ConfigRefused =>
    new ConfigRefused([{ severity: 'alert', message: 'it is wrong', ...more }], '');

  /** Complains of the first bad one of what it is given. */
  const asked = (isBad: (n: number) => boolean) => {
    const counts = { checks: 0, sections: 0 };
    const isolation = new Isolation(async (files) => {
      const given = files.flatMap(({ bytes }) => [...bytes.toString().matchAll(/backend b(\d+)/g)].map(([, n]) => Number(n)));
      counts.checks += 1;
      counts.sections += given.length;
      const bad = given.find(isBad);
      return bad === undefined ? Promise.resolve() : Promise.reject(refusal({ proxy: `b${bad}` }));
    });
    return { isolation, counts };
  };

  it('finds hundreds in two checks for each, most of them small', async () => {
    const { isolation, counts } = asked((n) => n % 4 === 0);
    const blamed = await isolation.find(refusal({}), rendered(1600));
    assert.equal(blamed.length, 400);
    assert.ok(counts.checks <= 801, `${counts.checks} checks`);
    assert.ok(counts.sections / counts.checks < 50, `${counts.sections / counts.checks} sections in each`);
  });

  it('blames nobody where there is no end of them at the first try, and those that it has found where HAProxy has accepted others', async () => {
    const { isolation, counts } = asked(() => true);
    assert.deepEqual(await isolation.find(refusal({}), rendered(1600)), []);
    assert.equal(counts.checks, 1000);
    isolation.accept(rendered(0));
    const blamed = await isolation.find(refusal({}), rendered(1600));
    assert.ok(blamed.length > 400, String(blamed.length));
  });
});

describe('a HAProxy that does not come to the end of its check', () => {
  const endless = (): CheckEndless => new CheckEndless('it did not end');
  const section = (n: number): Section => ({ kind: 'backend', value: aBackend({ name: `b${n}` }), text: `backend b${n}\n` });
  const sections = Array.from({ length: 100 }, (_, n) => section(n));
  const rendered: Rendered = { files: [], sections, shared: () => [] };
  const named = (blamed: readonly Blame[]): readonly string[] =>
    blamed.map((one) => `${one.section.value.name}: ${one.diagnostic.message}`);
  const TOLD = 'HAProxy did not come to the end of checking it';

  /** Ends with what it is given, unless one of these is among it; `isSlow` after so many checks: never. */
  const isolationOf = (isEndless: (n: number) => boolean, isSlow: (checks: number) => boolean = () => false) => {
    const limits: (number | undefined)[] = [];
    const isolation = new Isolation(async (files, limitMs) => {
      limits.push(limitMs);
      const given = files.flatMap(({ bytes }) => [...bytes.toString().matchAll(/backend b(\d+)/g)].map(([, n]) => Number(n)));
      return isSlow(limits.length) || given.some(isEndless) ? Promise.reject(endless()) : Promise.resolve();
    });
    return { isolation, limits };
  };

  it('is asked about what is new or changed, each time for a few seconds: those that take too long alone are left out', async () => {
    const { isolation, limits } = isolationOf((n) => n === 30 || n === 77 || n === 3);
    isolation.accept({ ...rendered, sections: sections.slice(0, 20) });
    const blamed = await isolation.find(endless(), rendered);
    // b3 serves already: it is not to blame, and nobody asks about it.
    assert.deepEqual(named(blamed), [`b30: ${TOLD}`, `b77: ${TOLD}`]);
    assert.ok(limits.every((limit) => limit !== undefined && limit <= 10_000));
    assert.ok(limits.length < 50, String(limits.length));
  });

  it('blames nobody where everything takes too long, from the beginning or from some check on', async () => {
    for (const from of [1, 2, 5, 8]) {
      const { isolation, limits } = isolationOf(
        () => false,
        (checks) => checks >= from,
      );
      assert.deepEqual(await isolation.find(endless(), rendered), []);
      assert.ok(limits.length < 150, String(limits.length));
    }
  });

  it('blames nobody where each ends alone and all together do not', async () => {
    const { isolation } = isolationOf(() => false);
    assert.deepEqual(await isolation.find(endless(), rendered), []);
  });

  it('is searched too where that is seen only after another fault, and among what HAProxy was given at run time', async () => {
    const { isolation } = isolationOf((n) => n === 30);
    const refused = new ConfigRefused([{ severity: 'alert', message: 'it is wrong' }], '');
    assert.deepEqual(named(await isolation.find(refused, rendered)), [`b30: ${TOLD}`]);
    assert.deepEqual(named(await isolation.findAmongNew(rendered)), [`b30: ${TOLD}`]);
  });
});
