import type { z } from 'zod';
import { json, Refused } from '../answer.ts';

/** Marathon's word for "this is not a ...". */
const expectedNames: Readonly<Record<string, string>> = {
  string: 'error.expected.jsstring',
  number: 'error.expected.jsnumber',
  array: 'error.expected.jsarray',
  object: 'error.expected.jsobject',
  record: 'error.expected.jsobject',
  boolean: 'error.expected.jsboolean',
};

interface FieldError {
  readonly path: string;
  readonly errors: readonly string[];
}

/** Parses a body against a schema. @throws Refused 400 for text that is not JSON, 422 for JSON of the wrong types */
export function readBody<S extends z.ZodType>(schema: S, text: string): z.output<S> {
  const parsed = schema.safeParse(parseJson(text), { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new Refused(json(422, { message: 'Invalid JSON', details: parsed.error.issues.map(toFieldError) }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Refused(json(400, { message: 'Invalid JSON', details: error instanceof Error ? error.message : String(error) }));
  }
}

function toFieldError(issue: z.core.$ZodIssue): FieldError {
  const path = issue.path.map((part) => (typeof part === 'number' ? `(${part})` : `/${String(part)}`)).join('');
  if (issue.code === 'invalid_type') {
    const isMissing = issue.input === undefined;
    return { path, errors: [isMissing ? 'error.path.missing' : (expectedNames[issue.expected] ?? `error.expected.${issue.expected}`)] };
  }
  return { path, errors: [issue.message] };
}

/** @throws Refused 422 when there is any */
export function refuseInvalid(details: readonly FieldError[]): void {
  if (details.length > 0) throw new Refused(json(422, { message: 'Object is not valid', details }));
}
