import { allowsAnything, type Subschema, schemasIn } from './keywords.js';
import { literalsOf } from './literals.js';

/**
 * Whether a schema allows null, so that null in an answer is a value and not an absent property. Where `allOf` or
 * references join several schemas, each must allow it.
 */
export function nullability(target: (ref: unknown) => Subschema | undefined): (schema: Subschema) => boolean {
  const known = new Map<object, boolean>();

  function allowsNull(schema: Subschema): boolean {
    if (typeof schema === 'boolean') return schema;
    const before = known.get(schema);
    if (before !== undefined) return before;
    known.set(schema, true); // while it is looked at: a schema that only refers to itself limits nothing
    const answer = look(schema);
    known.set(schema, answer);
    return answer;
  }

  function look(schema: Exclude<Subschema, boolean>): boolean {
    if (allowsAnything(schema)) return true;
    const literals = literalsOf(schema);
    if (literals && !literals.includes(null)) return false;
    const { type } = schema;
    if (type !== undefined && type !== 'null' && !(Array.isArray(type) && type.includes('null')))
      return false;
    if (!schemasIn(schema.allOf).every(allowsNull)) return false;
    for (const keyword of ['anyOf', 'oneOf']) {
      if (Array.isArray(schema[keyword]) && !schemasIn(schema[keyword]).some(allowsNull)) return false;
    }
    return schema.$ref === undefined || allowsNull(target(schema.$ref) ?? true);
  }

  return allowsNull;
}
