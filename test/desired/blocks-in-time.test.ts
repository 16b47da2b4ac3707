import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noChange } from '../../src/desired/change.ts';
import type { AppEntry } from '../../src/model/model.ts';
import { anEntry, aPort, assemblyOf, labels } from '../kit/builders.ts';

/** Some milliseconds of a request's time: two of them are more than there is. */
const SLOW = '^/.*a.*[bz]{3}[cz]{3}';
/** The same in a text, which may see more of a path. */
const SLOW_TEXT = 'a.{1,300}[xz]';

type Labels = Readonly<Record<string, string>>;

const anApp = (id: string, day: number, own: Labels, ports = 1): AppEntry =>
  anEntry({
    id,
    version: `2026-01-0${day}T00:00:00.000Z`,
    ports: Array.from({ length: ports }, (_, at) => aPort({ servicePort: 10000 + 100 * day + at })),
    ...labels(
      Object.fromEntries(
        Array.from({ length: ports }, (_, at) =>
          Object.entries(own).map(([name, value]) => [`HAPROXY_${at}_${name}`, value] as const),
        ).flat(),
      ),
    ),
  });

const slow = (id: string, day: number, host: string, ports = 1): AppEntry => anApp(id, day, { VHOST: host, PATH_REGEX: SLOW }, ports);

const ruled = (id: string, day: number, host: string, regex: string): AppEntry =>
  anApp(id, day, { VHOST: host, HTTP_FRONTEND_ACL: `  use_backend {backend} if {{ path_reg "${regex.replaceAll(/[{}]/g, '$&$&')}" }}` });

const built = (...entries: readonly AppEntry[]) => {
  const assembly = assemblyOf(entries, { bindServicePorts: false });
  const blocks = assembly.desired.frontends.get('marathon_http_in')?.blocks ?? [];
  return {
    asked: blocks.map(({ backend }) => backend).sort(),
    ownOnly: blocks.filter((block) => block.ownOnly).map(({ backend }) => backend),
    told: assembly
      .problems()
      .map(({ appId, portIndex, message }) => `${appId} ${portIndex} ${/left out|alone|too long/.exec(message)?.[0]}`),
  };
};

describe('what the regular expressions of all rules may cost one request', () => {
  it('is shared by the ports of an app: those after are left out and told', () => {
    assert.deepEqual(built(slow('/a', 1, 'a.example', 3)), {
      asked: ['a_10100'],
      ownOnly: [],
      told: ['/a 1 left out', '/a 2 left out'],
    });
  });

  it('is shared by the apps of a host: the oldest is asked', () => {
    const [old, young] = [slow('/b', 1, 'a.example'), slow('/a', 2, 'a.example')];
    for (const entries of [
      [old, young],
      [young, old],
    ])
      assert.deepEqual(built(...entries), { asked: ['b_10100'], ownOnly: [], told: ['/a 0 left out'] });
  });

  it('is that of each host', () => {
    assert.deepEqual(built(slow('/a', 1, 'a.example'), slow('/b', 2, 'b.example')), {
      asked: ['a_10100', 'b_10200'],
      ownOnly: [],
      told: [],
    });
  });

  it('is that of a host and the wildcards above it', () => {
    const [host, wildcard] = [slow('/a', 1, 'a.example'), slow('/b', 2, '*.example')];
    assert.deepEqual(built(host, wildcard), { asked: ['a_10100'], ownOnly: [], told: ['/b 0 left out'] });
    assert.deepEqual(built(slow('/b', 1, '*.example'), slow('/a', 2, 'a.example')), {
      asked: ['b_10100'],
      ownOnly: [],
      told: ['/a 0 left out'],
    });
  });

  it('leaves those in words of their own to their own hosts, where hosts that nobody has have none left', () => {
    assert.deepEqual(
      built(ruled('/a', 1, 'a.example', SLOW_TEXT), ruled('/b', 2, 'b.example', SLOW_TEXT), ruled('/c', 3, 'c.example', '^/v')),
      {
        asked: ['a_10100', 'b_10200', 'c_10300'],
        ownOnly: ['b_10200'],
        told: ['/b 0 alone'],
      },
    );
  });

  it('comes back with the app that had it', () => {
    const assembly = assemblyOf([slow('/a', 1, 'a.example'), slow('/b', 2, 'a.example')], { bindServicePorts: false });
    assembly.put('/a', undefined, noChange());
    assert.deepEqual(
      assembly.desired.frontends.get('marathon_http_in')?.blocks?.map(({ backend }) => backend),
      ['b_10200'],
    );
    assert.deepEqual(assembly.problems(), []);
  });

  it('is that of all texts of a port: with more it is left out', () => {
    const texts = (count: number): AppEntry =>
      anApp('/a', 1, {
        VHOST: 'a.example',
        BACKEND_HEAD: `backend {backend}\n  balance {balance}\n  mode http\n${Array.from({ length: count }, (_, at) => `  http-request deny if {{ path_reg -- "${SLOW_TEXT.replaceAll(/[{}]/g, '$&$&')}${at}" }}\n`).join('')}`,
      });
    assert.deepEqual(built(texts(1)).told, []);
    assert.deepEqual(built(texts(2)).told, ['/a 0 too long']);
  });
});
