import type { MutableSchema } from './keywords.js';
import type { Loss } from './losses.js';

/** What OpenAI says that a strict schema may have at most (Structured Outputs, supported schemas). */
const MOST = {
  properties: 5000,
  levels: 10,
  enumValues: 1000,
  characters: 120_000,
  bigEnumValues: 250,
  bigEnumCharacters: 15_000,
};

interface Size {
  properties: number;
  levels: number;
  enumValues: number;
  characters: number;
  bigEnumCharacters: number;
}

/** The documented limits of OpenAI's strict mode that `schema`, with its `$defs`, goes over. */
export function openaiLimits(schema: MutableSchema): Loss[] {
  const size = sizeOf(schema);
  const over = (limit: keyof Size, keyword: string, words: string): Loss[] => {
    if (size[limit] <= MOST[limit]) return [];
    const what = `has ${size[limit]} ${words}; the provider takes at most ${MOST[limit]}`;
    return [{ kind: 'unsupported', keyword, pointer: '#', what }];
  };
  return [
    ...over('properties', 'properties', 'properties in all'),
    ...over('levels', 'properties', 'levels of objects inside one another'),
    ...over('enumValues', 'enum', 'values in all'),
    ...over('characters', 'properties', 'characters in names and literals'),
    ...over('bigEnumCharacters', 'enum', `characters in one list of over ${MOST.bigEnumValues} values`),
  ];
}

function sizeOf(root: MutableSchema): Size {
  const size: Size = { properties: 0, levels: 0, enumValues: 0, characters: 0, bigEnumCharacters: 0 };
  const open: [schema: MutableSchema, level: number][] = [[root, 0]];
  const visit = (schema: unknown, level: number): unknown => open.push([schema as MutableSchema, level]);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [schema, outer] = next;
    const level = schema.type === 'object' ? outer + 1 : outer;
    size.levels = Math.max(size.levels, level);
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      size.properties += 1;
      size.characters += name.length;
      visit(property, level);
    }
    for (const [name, definition] of Object.entries(schema.$defs ?? {})) {
      size.characters += name.length;
      visit(definition, 0);
    }
    if (schema.items) visit(schema.items, level);
    for (const alternative of (schema.anyOf as unknown[] | undefined) ?? []) visit(alternative, level);
    countLiterals(schema, size);
  }
  return size;
}

function countLiterals(schema: MutableSchema, size: Size): void {
  const values = (schema.enum ?? ('const' in schema ? [schema.const] : [])) as unknown[];
  const characters = values.reduce<number>((sum, value) => sum + String(value).length, 0);
  size.characters += characters;
  if (schema.enum) size.enumValues += values.length;
  if (values.length > MOST.bigEnumValues)
    size.bigEnumCharacters = Math.max(size.bigEnumCharacters, characters);
}
