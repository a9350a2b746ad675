import type { JsonSchema } from '@melliflow/core';
import { isSchemaObject, type MutableSchema, onlyTells, type Subschema } from './keywords.js';

/** The schemas that others refer to: by pointer in what was given, by name in what is made. */
export class Definitions {
  readonly #root: JsonSchema;
  readonly #names = new Map<JsonSchema, string>();
  readonly #taken = new Set<string>();
  #anchors: ReadonlyMap<string, JsonSchema> | null = null;

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  /** What a `$ref` leads to; `undefined` when that is not in this schema. */
  target(ref: unknown): Subschema | undefined {
    if (typeof ref !== 'string') return undefined;
    const fragment = withoutBase(ref, this.#root.$id);
    if (fragment === '') return this.#root;
    if (fragment.startsWith('/')) return follow(this.#root, fragment);
    this.#anchors ??= anchorsIn(this.#root);
    return this.#anchors.get(fragment);
  }

  /** What `schema` stands for where it only refers to another one. */
  followed(schema: JsonSchema): JsonSchema {
    const seen = new Set([schema]);
    let at = schema;
    for (;;) {
      const target = '$ref' in at && onlyTells(at, '$ref') ? this.target(at.$ref) : undefined;
      if (typeof target !== 'object' || seen.has(target)) return at;
      seen.add(target);
      at = target;
    }
  }

  /** The name under which `schema` is defined, and whether that is asked for the first time. */
  nameOf(schema: JsonSchema, wish: string): { readonly name: string; readonly isNew: boolean } {
    const known = this.#names.get(schema);
    if (known !== undefined) return { name: known, isNew: false };
    const base = wish.replace(/[^\w-]/g, '_').slice(0, 60) || 'part';
    let name = base;
    for (let count = 2; this.#taken.has(name); count++) name = `${base}_${count}`;
    this.#taken.add(name);
    this.#names.set(schema, name);
    return { name, isNew: true };
  }
}

/** The part after `#` of a reference within the same schema; other ones come out so that nothing matches. */
function withoutBase(ref: string, id: unknown): string {
  const [base = '', fragment = ''] = ref.split('#', 2);
  if (base !== '' && base !== id) return `${ref} `;
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment; // not percent-encoded after all
  }
}

function follow(root: JsonSchema, pointer: string): Subschema | undefined {
  let at: unknown = root;
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return typeof at === 'boolean' || isSchemaObject(at) ? at : undefined;
}

function anchorsIn(root: JsonSchema): ReadonlyMap<string, JsonSchema> {
  const anchors = new Map<string, JsonSchema>();
  const seen = new Set<unknown>();
  const open: unknown[] = [root];
  while (open.length > 0) {
    const at = open.pop();
    if (typeof at !== 'object' || at === null || seen.has(at)) continue;
    seen.add(at);
    if (isSchemaObject(at) && typeof at.$anchor === 'string') anchors.set(at.$anchor, at);
    open.push(...Object.values(at));
  }
  return anchors;
}

/** The last step of a reference, as a wish for a name. */
export function lastStep(ref: unknown): string {
  return String(ref).split(/[/#]/).pop() || 'root';
}

/** What a written schema stands for: itself, or the definition that it refers to. */
export function resolved(
  schema: MutableSchema,
  definitions: Readonly<Record<string, MutableSchema>>,
): MutableSchema {
  const seen = new Set<MutableSchema>();
  let at = schema;
  while (typeof at.$ref === 'string' && !seen.has(at)) {
    seen.add(at);
    at = definitions[at.$ref.slice('#/$defs/'.length)] ?? at;
  }
  return at;
}
