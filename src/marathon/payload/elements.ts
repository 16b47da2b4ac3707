const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const BRACE = 0x7b;
const BRACE_END = 0x7d;
const BRACKET = 0x5b;
const BRACKET_END = 0x5d;

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

const afterSpace = (json: Buffer, from: number): number => {
  let at = from;
  while (isSpace(json[at])) at += 1;
  return at;
};

/** Steps over one byte that must stand there. */
const after = (json: Buffer, from: number, byte: number): number => {
  const at = afterSpace(json, from);
  if (json[at] !== byte) throw new SyntaxError(`no "${String.fromCharCode(byte)}" at byte ${at} of ${json.length}`);
  return at + 1;
};

/** @param from behind the opening quote @returns behind the closing one */
const afterString = (json: Buffer, from: number): number => {
  for (let at = from; at < json.length; at += 1) {
    const byte = json[at];
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) at += 1;
  }
  throw new SyntaxError(`a string does not end: the text is cut off at byte ${json.length}`);
};

/** Behind the value that begins here. Its inside is not looked at: whoever parses it will. */
const afterValue = (json: Buffer, from: number): number => {
  let depth = 0;
  for (let at = from; at < json.length; at += 1) {
    const byte = json[at];
    if (byte === QUOTE) at = afterString(json, at + 1) - 1;
    else if (byte === BRACE || byte === BRACKET) depth += 1;
    else if (byte === BRACE_END || byte === BRACKET_END || byte === COMMA) {
      if (depth === 0) return at;
      if (byte !== COMMA) depth -= 1;
    } else continue;
    if (depth === 0) return at + 1;
  }
  throw new SyntaxError(`a value does not end: the text is cut off at byte ${json.length}`);
};

/** The values of an array; returns where it ends. @param from behind the opening bracket */
function* valuesOf(json: Buffer, from: number): Generator<unknown, number> {
  let at = afterSpace(json, from);
  if (json[at] === BRACKET_END) return at + 1;
  for (;;) {
    const end = afterValue(json, at);
    yield JSON.parse(json.toString('utf8', at, end));
    at = afterSpace(json, end);
    if (json[at] === BRACKET_END) return at + 1;
    at = afterSpace(json, after(json, at, COMMA));
  }
}

/**
 * The elements of the array under one key of a JSON object, one by one: JSON.parse of a list of 5,000 apps holds up everything else
 * for 150 ms, this does so for one app.
 * @throws SyntaxError when the text is not JSON or has no such array; as late as the place of the fault
 */
export function* elementsOf(json: Buffer, key: string): Generator {
  let isFound = false;
  let at = afterSpace(json, after(json, 0, BRACE));
  while (json[at] !== BRACE_END) {
    const keyEnd = afterString(json, after(json, at, QUOTE));
    const name: unknown = JSON.parse(json.toString('utf8', at, keyEnd));
    const value = afterSpace(json, after(json, keyEnd, COLON));
    if (name === key && json[value] === BRACKET) {
      isFound = true;
      at = yield* valuesOf(json, value + 1);
    } else at = afterValue(json, value);
    at = afterSpace(json, at);
    if (json[at] !== BRACE_END) at = afterSpace(json, after(json, at, COMMA));
  }
  if (!isFound || afterSpace(json, at + 1) !== json.length) throw new SyntaxError(`not an object with a list of ${key}`);
}

/**
 * The elements of a JSON array, one by one.
 * @throws SyntaxError when the text is not one; as late as the place of the fault
 */
export function* elementsOfList(json: Buffer): Generator {
  const end = yield* valuesOf(json, after(json, 0, BRACKET));
  if (afterSpace(json, end) !== json.length) throw new SyntaxError(`something follows the list, at byte ${end} of ${json.length}`);
}
