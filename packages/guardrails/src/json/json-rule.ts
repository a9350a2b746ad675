import type { JsonSchema } from '@melliflow/core';
import type { Rule } from '../text/rule.js';
import type { JsonKind } from './alternative.js';
import type { JsonState, Level, Way } from './json-state.js';
import { readText } from './json-text.js';
import { allowsNumber, allowsSign, completesLevel, completeValue, mayGoOn, partWays } from './json-ways.js';
import { isNumber, type NumberPlace, numberStart, numberStep } from './number-syntax.js';
import { type SchemaTable, schemaTable } from './schema-table.js';

const words: Readonly<Record<string, string>> = { t: 'true', f: 'false', n: 'null' };

/**
 * Reads JSON and the schema side by side. Fails at the first unit after which the text is not the beginning of a document
 * that fits, as far as one value, one name or the end of an object or list tells. A document with the same name twice in
 * an object fits nothing.
 */
export function jsonRule(schema: JsonSchema | boolean): Rule<JsonState> {
  const table = schemaTable(schema);
  return {
    start: () => ({
      place: 'value',
      ways: table.document.map((alternative) => ({ alternative, parents: [], node: 0 })),
      levels: [],
      count: 0,
      isName: false,
      name: '',
      nameNodes: [],
      length: 0,
      afterHigh: false,
      hex: '',
      number: '',
      numberPlace: 'minus',
      word: '',
      wordAt: 0,
    }),
    read(state, unit) {
      state.count += 1;
      const fault = readUnit(table, state, unit);
      return fault === null ? null : `${fault} (at character ${state.count}, ${pathOf(state)}).`;
    },
    end(state) {
      if (state.place === 'done') return null;
      const isWhole = state.place === 'number' && state.levels.length === 0 && isNumber(state.numberPlace);
      if (!isWhole) return 'The JSON is not complete.';
      return numberWays(table, state).length > 0 ? null : 'The schema does not allow this number.';
    },
  };
}

const NOT_JSON = 'It is not JSON';
const isSpace = (unit: number): boolean => unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;

function readUnit(table: SchemaTable, state: JsonState, unit: number): string | null {
  switch (state.place) {
    case 'text':
    case 'escape':
    case 'hex':
      return readText(table, state, unit);
    case 'number':
      return readNumber(table, state, unit);
    case 'word':
      return readWord(state, unit);
    default:
      return isSpace(unit) ? null : readMark(table, state, String.fromCharCode(unit), unit);
  }
}

function readMark(table: SchemaTable, state: JsonState, mark: string, unit: number): string | null {
  const { place } = state;
  if (place === 'value') return beginValue(table, state, mark, unit);
  if (place === 'item or end')
    return mark === ']' ? endLevel(table, state) : beginValue(table, state, mark, unit);
  if (place === 'name or end' && mark === '}') return endLevel(table, state);
  if (place === 'name or end' || place === 'name') return mark === '"' ? beginName(table, state) : NOT_JSON;
  if (place === 'colon' && mark === ':') {
    state.place = 'value';
    return null;
  }
  const level = state.levels.at(-1);
  if (place !== 'comma or end' || level === undefined) return NOT_JSON;
  if (mark === (level.kind === 'array' ? ']' : '}')) return endLevel(table, state);
  return mark === ',' ? nextPart(table, state, level) : NOT_JSON;
}

function beginValue(table: SchemaTable, state: JsonState, mark: string, unit: number): string | null {
  const place = numberStart(unit);
  const kind = place ? 'number' : kindOf(mark);
  if (kind === null) return NOT_JSON;
  const keep = (ways: readonly Way[]): string | null => {
    state.ways = ways;
    return ways.length > 0 ? null : `The schema does not allow ${kind} here`;
  };
  const ofKind = state.ways.filter(({ alternative }) => table.at(alternative).kinds.has(kind));
  if (kind === 'object' || kind === 'array') {
    state.levels.push({ kind, ways: ofKind, names: new Set(), count: 0, name: null });
    if (kind === 'array') state.ways = itemWays(table, ofKind, 0);
    state.place = kind === 'array' ? 'item or end' : 'name or end';
    return ofKind.length > 0 ? null : `The schema does not allow ${kind} here`;
  }
  if (place) {
    state.place = 'number';
    state.number = mark;
    state.numberPlace = place;
    return keep(ofKind.filter((way) => allowsSign(table.at(way.alternative), mark)));
  }
  if (kind === 'string') {
    state.place = 'text';
    state.isName = false;
    state.length = 0;
    state.afterHigh = false;
    return keep(ofKind.filter(({ alternative }) => !table.at(alternative).texts?.isEmpty));
  }
  const word = words[mark] as string;
  state.place = 'word';
  state.word = word;
  state.wordAt = 1;
  const value: unknown = JSON.parse(word);
  return keep(ofKind.filter(({ alternative }) => table.at(alternative).values?.includes(value) !== false));
}

function kindOf(mark: string): JsonKind | null {
  if (mark === '{') return 'object';
  if (mark === '[') return 'array';
  if (mark === '"') return 'string';
  if (mark === 'n') return 'null';
  return mark === 't' || mark === 'f' ? 'boolean' : null;
}

function beginName(table: SchemaTable, state: JsonState): string | null {
  const level = state.levels.at(-1) as Level;
  state.place = 'text';
  state.isName = true;
  state.name = '';
  state.afterHigh = false;
  state.nameNodes = level.ways.map(({ alternative }) =>
    mayGoOn(table.at(alternative), level) ? 0 : undefined,
  );
  return state.nameNodes.some((node) => node !== undefined) ? null : 'The schema allows no name here';
}

/** After a comma. */
function nextPart(table: SchemaTable, state: JsonState, level: Level): string | null {
  const going = level.ways.some(({ alternative }) => mayGoOn(table.at(alternative), level));
  if (level.kind === 'object') {
    state.place = 'name';
    return going ? null : 'The schema allows no more properties';
  }
  state.place = 'value';
  state.ways = itemWays(table, level.ways, level.count);
  return state.ways.length > 0 ? null : 'The schema allows no more items';
}

function itemWays(table: SchemaTable, parents: readonly Way[], index: number): readonly Way[] {
  return partWays(parents, ({ alternative }) =>
    index < table.at(alternative).maxItems ? table.item(alternative, index) : [],
  );
}

function readNumber(table: SchemaTable, state: JsonState, unit: number): string | null {
  const place = numberStep(state.numberPlace, unit);
  if (place !== undefined) {
    state.numberPlace = place;
    state.number += String.fromCharCode(unit);
    const digit = String.fromCharCode(unit);
    if (isBelowZero(state.number, place, digit))
      state.ways = state.ways.filter((way) => allowsSign(table.at(way.alternative), `-${digit}`));
    return state.ways.length > 0 ? null : 'The schema does not allow this number';
  }
  if (!isNumber(state.numberPlace)) return NOT_JSON;
  const fault = completeValue(state, numberWays(table, state), 'The schema does not allow this number');
  return fault ?? readUnit(table, state, unit);
}

/** Whether this digit settles that the number is below zero, where -0 was still possible. */
function isBelowZero(number: string, place: NumberPlace, digit: string): boolean {
  return number.startsWith('-') && (place === 'integer' || place === 'fraction') && digit !== '0';
}

function numberWays(table: SchemaTable, { ways, number }: JsonState): readonly Way[] {
  const value = Number(number);
  return ways.filter(({ alternative }) => allowsNumber(table.at(alternative), value));
}

function readWord(state: JsonState, unit: number): string | null {
  const { word, wordAt } = state;
  if (word.charCodeAt(wordAt) !== unit) return NOT_JSON;
  state.wordAt += 1;
  return state.wordAt < word.length ? null : completeValue(state, state.ways, NOT_JSON);
}

function endLevel(table: SchemaTable, state: JsonState): string | null {
  const level = state.levels.pop() as Level;
  const ways = level.ways.filter(({ alternative }) => completesLevel(table.at(alternative), level));
  return completeValue(state, ways, `The ${level.kind} lacks what the schema asks for`);
}

function pathOf({ levels }: JsonState): string {
  const steps = levels.map(({ kind, count, name }) => (kind === 'array' ? `[${count}]` : `.${name ?? '*'}`));
  return `$${steps.join('')}`;
}
