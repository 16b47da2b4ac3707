import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { accessLine } from '../../src/access-log/line.ts';
import { Lines } from '../../src/access-log/lines.ts';

const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');
const END = Date.parse('2026-11-22T12:00:01.000Z');
const COMMON = '10.0.0.1 40000 web_in web_10000 task_1 100 2000 3 4 -- 1 TLSv1.3';

const request = (words: readonly (string | Buffer)[]): string => `sluice1 http ${END} ${COMMON} 500 6 7 200 ${words.map(base64).join(' ')}`;
const parsed = (line: string): Record<string, unknown> => JSON.parse(accessLine(line) ?? 'null') as Record<string, unknown>;

describe('a line of HAProxy', () => {
  it('of a request has all that HAProxy knows, and the time at which it began', () =>
    assert.deepEqual(parsed(request(['GET', 'web.example', '/a', '1.1', 'curl', 'r-1'])), {
      ...{ time: '2026-11-22T12:00:00.500Z', access: 'http', client: '10.0.0.1', clientPort: 40000 },
      ...{ frontend: 'web_in', backend: 'web_10000', server: 'task_1', bytesIn: 100, bytesOut: 2000, queueMs: 3, connectMs: 4 },
      ...{ end: '--', retries: 1, tls: 'TLSv1.3', requestMs: 6, responseMs: 7, totalMs: 500, status: 200 },
      ...{ method: 'GET', host: 'web.example', path: '/a', version: '1.1', userAgent: 'curl', requestId: 'r-1' },
    }));
  it('of a request that could not be read, or was not answered, leaves out what there is not', () =>
    assert.deepEqual(parsed(`sluice1 http ${END} ::1 40000 web_in web_in <NOSRV> 0 0 -1 -1 CR +0 - -1 -1 -1 -1 -`), {
      ...{ time: '2026-11-22T12:00:01.000Z', access: 'http', client: '::1', clientPort: 40000, frontend: 'web_in', backend: 'web_in' },
      ...{ bytesIn: 0, bytesOut: 0, end: 'CR', retries: 0 },
    }));
  it('of a TCP connection is shorter', () =>
    assert.deepEqual(Object.keys(parsed(`sluice1 tcp ${END} ${COMMON} 500`)), [
      ...['time', 'access', 'client', 'clientPort', 'frontend', 'backend', 'server', 'bytesIn', 'bytesOut', 'queueMs', 'connectMs', 'end'],
      ...['retries', 'tls', 'totalMs'],
    ]));
  it('of a connection that came to nothing has the reason', () =>
    assert.equal(
      parsed(`sluice1 failed ${END} 10.0.0.1 40000 web_in ${base64('SSL handshake failure')}`)['error'],
      'SSL handshake failure',
    ));
  it('is nothing where it is not one, or only a part of one', () => {
    const whole = request(['GET', 'web.example', '/a', '1.1', 'curl', 'r-1']);
    for (const line of [
      '',
      'Proxy web_in started.',
      'sluice1',
      'sluice1 http',
      'sluice1 constructor 1',
      `sluice2${whole.slice(7)}`,
      `${whole} x`,
    ])
      assert.equal(accessLine(line), undefined, line);
    assert.equal(accessLine(whole.slice(0, whole.lastIndexOf(' '))), undefined);
  });
  it('is one JSON object of one line and at most 4096 bytes, whatever a client sends, and the text is as it was sent', () => {
    const bytes = (most: number): fc.Arbitrary<Buffer> => fc.uint8Array({ maxLength: most }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(bytes(32), bytes(255), bytes(1024), bytes(8), bytes(256), bytes(128), (method, host, path, version, agent, id) => {
        const text = accessLine(request([method, host, path, version, agent, id])) ?? '';
        assert.ok(!text.includes('\n') && Buffer.byteLength(text) < 4096);
        const fields = JSON.parse(text) as Record<string, unknown>;
        assert.equal(fields['status'], 200);
        if (fields['cut'] === undefined) assert.equal(fields['path'], path.length === 0 ? undefined : path.toString('utf8'));
      }),
    );
  });
  it('is cut, and says so, where nothing but control characters came', () => {
    const rubbish = Buffer.alloc(1024, 1);
    const fields = parsed(request(['GET', rubbish.subarray(0, 255), rubbish, '1.1', rubbish.subarray(0, 256), rubbish.subarray(0, 128)]));
    assert.deepEqual([fields['cut'], fields['path'], fields['method']], [true, '\u0001'.repeat(50), 'GET']);
  });
  it('is JSON or nothing, whatever bytes it has', () => {
    fc.assert(
      fc.property(fc.constantFrom('', 'sluice1 http ', 'sluice1 tcp ', 'sluice1 failed '), fc.string({ unit: 'binary' }), (head, rest) => {
        const text = accessLine(head + rest);
        if (text !== undefined) assert.equal(typeof JSON.parse(text), 'object');
      }),
    );
  });
});

describe('what comes in pieces', () => {
  it('is the same lines however it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 20 })), (pieces) => {
        const lines = new Lines();
        const found = pieces.flatMap((piece) => lines.add(piece).lines);
        assert.deepEqual(found, pieces.join('').split('\n').slice(0, -1));
      }),
    );
  });
  it('is left out up to its end, and counted once, where a line does not end', () => {
    const lines = new Lines();
    const found = ['a\n', 'x'.repeat(9000), 'x'.repeat(9000), 'x\nb\n'].map((piece) => lines.add(piece));
    assert.deepEqual(
      found.map(({ lines: whole }) => whole),
      [['a'], [], [], ['b']],
    );
    assert.equal(
      found.reduce((sum, { tooLong }) => sum + tooLong, 0),
      1,
    );
  });
});
