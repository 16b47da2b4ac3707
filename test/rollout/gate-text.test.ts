import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GATE_EXAMPLES, gateText, parseGate } from '../../src/rollout/gate-text.ts';
import type { Gate } from '../../src/rollout/gate.ts';

const RIGHT: readonly (readonly [text: string, gate: Gate])[] = [
  ['errors<1%', { kind: 'errors', maxPercent: 1 }],
  ['errors<=0%', { kind: 'errors', maxPercent: 0 }],
  ['errors<2x', { kind: 'errors', maxFactor: 2 }],
  [' errors < 0.05% ', { kind: 'errors', maxPercent: 0.05 }],
  ['connection-errors<0.5%', { kind: 'connection-errors', maxPercent: 0.5 }],
  ['connection-errors<=1.5x', { kind: 'connection-errors', maxFactor: 1.5 }],
  ['p95<1.3x', { kind: 'p95', maxFactor: 1.3 }],
  ['p95<500ms', { kind: 'p95', maxMs: 500 }],
  ['p95<2s', { kind: 'p95', maxMs: 2000 }],
  ['requests>=100', { kind: 'requests', min: 100 }],
  ['healthy>=100%', { kind: 'healthy', minPercent: 100 }],
  ['probe=http://shop.example.com/ready?a=b', { kind: 'probe', url: 'http://shop.example.com/ready?a=b', timeoutSeconds: 10 }],
  ['command=smoke-test.sh', { kind: 'command', command: ['smoke-test.sh'], timeoutSeconds: 60 }],
];

const WRONG: readonly (readonly [text: string, because: RegExp])[] = [
  ['', /^"" is no gate: there are errors<1%, errors<2x, connection-errors/],
  ['latency<1s', /^"latency<1s" is no gate: there are .*p95<1.3x/],
  ['constructor=1', /is no gate/],
  ['errors', /is no gate/],
  ['errors>1%', /^"errors>1%": write errors<1% or errors<2x$/],
  ['errors<1', /^"errors<1": "1" must be a percentage from 0% to 100%, or a multiple .* e\.g\. errors<1% or errors<2x$/],
  ['errors<101%', /must be a percentage/],
  ['errors<-1%', /must be a percentage/],
  ['errors<1e1%', /must be a percentage/],
  ['errors<0x', /must be a percentage/],
  ['connection-errors<', /: "" must be a percentage/],
  ['p95<500', /must be a multiple of what the old one has, up to 1000x, or a time from 1ms to 10m, e\.g\. p95<1.3x or p95<500ms$/],
  ['p95<0ms', /must be a multiple/],
  ['requests<100', /^"requests<100": write requests>=100$/],
  ['requests>=0', /must be a whole number from 1 to 999999999/],
  ['requests>=1.5', /must be a whole number/],
  ['healthy>=3', /must be a percentage from 0% to 100%, e\.g\. healthy>=100%$/],
  ['probe=file:///etc/passwd', /begins with http:\/\/ or https:\/\//],
  ['probe=http://ann:secret@shop.example.com/', /must hold neither user nor password/],
  ['command=../../bin/sh', /the name of a file in the folder of --hooks-dir/],
  ['command=a b', /the name of a file/],
  ['errors<1%\u001b[2J', /\\u001b/],
];

describe('gates as people write them', () => {
  for (const [text, gate] of RIGHT)
    it(`takes ${text}`, () => {
      assert.deepEqual(parseGate(text), { value: gate });
      assert.deepEqual(parseGate(gateText(gate)), { value: gate });
    });

  for (const [text, because] of WRONG)
    it(`refuses ${JSON.stringify(text)} and says what is allowed`, () => {
      const parsed = parseGate(text);
      assert.ok('wrong' in parsed, JSON.stringify(parsed));
      assert.match(parsed.wrong, because);
      assert.doesNotMatch(parsed.wrong, /\p{Cc}/u);
    });

  it('takes each example that it gives itself', () => {
    for (const example of GATE_EXAMPLES) assert.ok('value' in parseGate(example), example);
  });
});
