/** Four 64-bit numbers, each its low half first: JavaScript has no integers of 64 bits that are fast. */
type State = Int32Array;

const V0 = 0;
const V1 = 2;
const V2 = 4;
const V3 = 6;

const add = (state: State, to: number, from: number): void => {
  const low = ((state[to] ?? 0) >>> 0) + ((state[from] ?? 0) >>> 0);
  state[to + 1] = (state[to + 1] ?? 0) + (state[from + 1] ?? 0) + (low > 0xffff_ffff ? 1 : 0);
  state[to] = low;
};

const mix = (state: State, to: number, low: number, high: number): void => {
  state[to] = (state[to] ?? 0) ^ low;
  state[to + 1] = (state[to + 1] ?? 0) ^ high;
};

/** @param by less than 32 */
const rotate = (state: State, at: number, by: number): void => {
  const low = state[at] ?? 0;
  const high = state[at + 1] ?? 0;
  state[at] = (low << by) | (high >>> (32 - by));
  state[at + 1] = (high << by) | (low >>> (32 - by));
};

const swapHalves = (state: State, at: number): void => {
  const low = state[at] ?? 0;
  state[at] = state[at + 1] ?? 0;
  state[at + 1] = low;
};

const addAndMix = (state: State, to: number, from: number, by: number): void => {
  add(state, to, from);
  rotate(state, from, by);
  mix(state, from, state[to] ?? 0, state[to + 1] ?? 0);
};

const round = (state: State): void => {
  addAndMix(state, V0, V1, 13);
  swapHalves(state, V0);
  addAndMix(state, V2, V3, 16);
  addAndMix(state, V0, V3, 21);
  addAndMix(state, V2, V1, 17);
  swapHalves(state, V2);
};

const rounds = (state: State, count: number): void => {
  for (let nth = 0; nth < count; nth += 1) round(state);
};

const absorb = (state: State, low: number, high: number): void => {
  mix(state, V3, low, high);
  rounds(state, 2);
  mix(state, V0, low, high);
};

/** 'somepseudorandomlygeneratedbytes', each quarter its low half first. */
const INITIAL = [0x70736575, 0x736f6d65, 0x6e646f6d, 0x646f7261, 0x6e657261, 0x6c796765, 0x79746573, 0x74656462];

const begun = (key: Buffer): State => {
  const halves = [0, 4, 8, 12].map((at) => key.readInt32LE(at));
  return Int32Array.from(INITIAL, (half, at) => half ^ (halves[at % 4] ?? 0));
};

/** Of all four numbers one half. */
const folded = (state: State, half: 0 | 1): number => [V0, V1, V2, V3].reduce((sum, at) => sum ^ (state[at + half] ?? 0), 0);

/** SipHash-2-4 (Aumasson and Bernstein, 2012), as RFC 9018 wants it for cookies. @param key 16 bytes @returns 8 bytes */
export const sipHash = (key: Buffer, data: Buffer): Buffer => {
  const state = begun(key);
  const whole = data.length - (data.length % 8);
  for (let at = 0; at < whole; at += 8) absorb(state, data.readInt32LE(at), data.readInt32LE(at + 4));
  const last = Buffer.alloc(8);
  data.copy(last, 0, whole);
  last[7] = data.length;
  absorb(state, last.readInt32LE(0), last.readInt32LE(4));
  state[V2] = (state[V2] ?? 0) ^ 0xff;
  rounds(state, 4);
  const hash = Buffer.alloc(8);
  hash.writeInt32LE(folded(state, 0), 0);
  hash.writeInt32LE(folded(state, 1), 4);
  return hash;
};
