import { isHighSurrogate, isLowSurrogate } from '../text/unit-classes.js';
import type { JsonState, Level, Way } from './json-state.js';
import { completeValue, partWays } from './json-ways.js';
import type { SchemaTable } from './schema-table.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Takes one unit between the quotes of a name or a text, or its last quote. */
export function readText(table: SchemaTable, state: JsonState, unit: number): string | null {
  if (state.place === 'hex') return readHex(table, state, unit);
  if (state.place === 'escape') {
    if (unit === LETTER_U) {
      Object.assign(state, { place: 'hex', hex: '' });
      return null;
    }
    const meant = escapes[String.fromCharCode(unit)];
    state.place = 'text';
    return meant === undefined ? 'It is not JSON' : take(table, state, meant.charCodeAt(0));
  }
  if (unit === QUOTE) return state.isName ? endName(table, state) : endText(table, state);
  if (unit === BACKSLASH) {
    state.place = 'escape';
    return null;
  }
  return unit < 0x20 ? 'It is not JSON' : take(table, state, unit);
}

function readHex(table: SchemaTable, state: JsonState, unit: number): string | null {
  state.hex += String.fromCharCode(unit);
  if (!/^[0-9a-fA-F]+$/.test(state.hex)) return 'It is not JSON';
  if (state.hex.length < 4) return null;
  state.place = 'text';
  return take(table, state, Number.parseInt(state.hex, 16));
}

/** A unit of what the name or text means. */
function take(table: SchemaTable, state: JsonState, unit: number): string | null {
  if (state.isName) return takeOfName(table, state, unit);
  if (!(state.afterHigh && isLowSurrogate(unit))) state.length += 1;
  state.afterHigh = isHighSurrogate(unit);
  // Most texts are free, and then each unit leaves all ways as they are.
  if (state.ways.every((way) => isAsBefore(table, state, way))) return null;
  state.ways = state.ways.flatMap((way): readonly Way[] => {
    const { texts, maxLength } = table.at(way.alternative);
    const node = texts === null ? way.node : texts.step(way.node, unit);
    return node === undefined || state.length > maxLength ? [] : [{ ...way, node }];
  });
  return state.ways.length > 0 ? null : 'The schema does not allow this text';
}

function isAsBefore(table: SchemaTable, { length }: JsonState, { alternative }: Way): boolean {
  const { texts, maxLength } = table.at(alternative);
  return texts === null && length <= maxLength;
}

function takeOfName(table: SchemaTable, state: JsonState, unit: number): string | null {
  const { nameNodes } = state;
  const { ways } = state.levels.at(-1) as Level;
  state.name += String.fromCharCode(unit);
  let goesOn = false;
  for (const [index, node] of nameNodes.entries()) {
    const { names } = table.at((ways[index] as Way).alternative);
    if (names !== null && node !== undefined) nameNodes[index] = names.step(node, unit);
    goesOn ||= nameNodes[index] !== undefined;
  }
  return goesOn ? null : 'The schema does not allow this name';
}

function endText(table: SchemaTable, state: JsonState): string | null {
  const ways = state.ways.filter(({ alternative, node }) => {
    const { texts, minLength } = table.at(alternative);
    return state.length >= minLength && texts?.isEnd(node) !== false;
  });
  return completeValue(state, ways, 'The schema does not allow this text');
}

function endName(table: SchemaTable, state: JsonState): string | null {
  const level = state.levels.at(-1) as Level;
  const { name, nameNodes } = state;
  if (level.names.has(name)) return 'The object has this name twice';
  level.names.add(name);
  level.name = null;
  state.ways = partWays(level.ways, ({ alternative }, index) => {
    const { names, declares } = table.at(alternative);
    const node = nameNodes[index];
    if (node === undefined || names?.isEnd(node) === false) return [];
    if (declares(name)) level.name = name;
    return table.property(alternative, name);
  });
  state.place = 'colon';
  return state.ways.length > 0 ? null : 'The schema does not allow this name';
}
