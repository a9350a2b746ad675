import type { JsonSchema, StandardIssue } from '@melliflow/core';
import type { Ajv2020, ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';

/** How many faults of one value are told. */
const TOLD = 20;

const compiled = new WeakMap<JsonSchema, Promise<ValidateFunction>>();

/**
 * What is wrong with `value`; empty when nothing is. The validator is loaded and compiled at the first use of a schema.
 *
 * @throws TypeError when the schema itself is wrong.
 */
export async function issuesOf(schema: JsonSchema, value: unknown): Promise<readonly StandardIssue[]> {
  const known = compiled.get(schema) ?? compile(schema);
  compiled.set(schema, known);
  const validate = await known;
  if (isValid(validate, value)) return [];
  if (validate.errors === undefined) return [{ message: TOO_DEEP, path: [] }];
  const errors = validate.errors ?? [];
  const issues = errors.slice(0, TOLD).map((error) => ({
    message: messageOf(error),
    path: pathTo(error.instancePath, value),
  }));
  const more = errors.length - TOLD;
  return more > 0 ? [...issues, { message: `and ${more} more`, path: [] }] : issues;
}

const TOO_DEEP =
  'is nested too deeply to be checked, or its schema refers to itself without a step into the value';

/** False, without errors, for what the validator has no stack for. */
function isValid(validate: ValidateFunction, value: unknown): boolean {
  delete (validate as { errors?: unknown }).errors;
  try {
    return validate(value);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** An engine for each schema: one for all would keep every schema alive and trip over two of the same `$id`. */
async function compile({ $schema, ...schema }: JsonSchema): Promise<ValidateFunction> {
  const { Ajv2020, addFormats, grammar } = await load();
  const wrong = (why: string, cause?: unknown): TypeError =>
    new TypeError(`schema cannot be used to validate: ${why}. Give JSON Schema of draft 2020-12.`, { cause });
  try {
    if (grammar.validateSchema(schema) !== true)
      throw wrong(grammar.errorsText(grammar.errors, { dataVar: 'schema' }));
    const engine = addFormats(new Ajv2020({ ...options, meta: false, validateSchema: false }));
    // Noting what was evaluated takes time, and trips over `patternProperties` beside `if`: only where it is asked for.
    Object.assign(engine.opts, { unevaluated: JSON.stringify(schema).includes('"unevaluated') });
    // Of a schema without rules but `$ref` it takes the target alone, and with an `$id` never ends: `$id` counts as a rule.
    return engine.removeKeyword('$id').addKeyword({ keyword: '$id' }).compile(schema);
  } catch (cause) {
    if (cause instanceof RangeError)
      throw wrong('it is nested too deeply, or references lead in a circle', cause);
    throw cause instanceof TypeError ? cause : wrong(messageIn(cause), cause);
  }
}

const options = { strict: false, allErrors: true, logger: false } as const;

interface Loaded {
  readonly Ajv2020: typeof Ajv2020;
  readonly addFormats: (engine: Ajv2020) => Ajv2020;
  /** Checks schemas themselves; compiling what that takes costs more than most schemas. */
  readonly grammar: Ajv2020;
}

let loaded: Promise<Loaded> | undefined;

/** Loads the validator, the first time that a schema is used. */
function load(): Promise<Loaded> {
  loaded ??= importAll();
  return loaded;
}

async function importAll(): Promise<Loaded> {
  const [{ Ajv2020 }, { default: formats }] = await Promise.all([
    import('ajv/dist/2020.js'),
    import('ajv-formats'),
  ]);
  const addFormats = ('default' in formats ? formats.default : formats) as unknown as Loaded['addFormats'];
  return { Ajv2020, addFormats, grammar: new Ajv2020(options) };
}

/** The validator's words, with what they leave out. */
function messageOf({ keyword, params, message = `fails "${keyword}"` }: ErrorObject): string {
  switch (keyword) {
    case 'additionalProperties':
      return `${message}: ${JSON.stringify(params.additionalProperty)}`;
    case 'unevaluatedProperties':
      return `${message}: ${JSON.stringify(params.unevaluatedProperty)}`;
    case 'enum':
      return `${message}: ${(params.allowedValues as unknown[]).map((one) => JSON.stringify(one)).join(', ')}`;
    case 'const':
      return `${message}: ${JSON.stringify(params.allowedValue)}`;
    default:
      return message;
  }
}

/** The steps of a JSON pointer into `value`; those into lists are numbers. */
function pathTo(pointer: string, value: unknown): PropertyKey[] {
  let at: unknown = value;
  return pointer
    .split('/')
    .slice(1)
    .map((step) => {
      const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
      const key = Array.isArray(at) ? Number(name) : name;
      at = (at as Record<PropertyKey, unknown> | undefined)?.[key];
      return key;
    });
}

function messageIn(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
