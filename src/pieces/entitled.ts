import type { Place } from './catalogue.ts';
import { aclRefusal } from './entitlement/acls.ts';
import { bindsRefusal } from './entitlement/bind-words.ts';
import { capturesRefusal } from './entitlement/captures.ts';
import { beginRefusal } from './entitlement/conditions.ts';
import { directiveRefusal } from './entitlement/directives.ts';
import { expressionRefusal } from './entitlement/expressions.ts';
import { firstOf } from './entitlement/files.ts';
import type { Own } from './entitlement/own.ts';
import { regexRefusal, regexesRefusal } from './entitlement/regexes.ts';
import { usersRefusal } from './entitlement/users.ts';
import type { Line } from './lines.ts';

/**
 * Why a line of an app may not stand in this place: a phrase that follows the label's name. Undefined: it may. What is allowed is listed, all else is refused: no
 * section, no bind but on its own port, no file but of the folders that are its own to use, no backend but its own, no address but its task's.
 */
export const refusalOf = (line: Line, place: Place, own: Own): string | undefined =>
  firstOf(
    () => (line[0] === '' ? 'has a line that begins with an empty word' : undefined),
    () => directiveRefusal(line, place, own),
    () => expressionRefusal(line, own),
    () => beginRefusal(line),
    () => aclRefusal(line),
    () => regexRefusal(line),
  );

/** Why the lines of one text, each of which may stand there, are too much together. Undefined: they are not. */
export const wholeRefusal = (lines: readonly Line[]): string | undefined =>
  firstOf(
    () => usersRefusal(lines),
    () => regexesRefusal(lines),
    () => bindsRefusal(lines),
    () => capturesRefusal(lines),
  );
