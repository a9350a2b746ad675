import { readFileSync } from 'node:fs';
import type { JsonSchema } from '@melliflow/core';
import { language } from '@melliflow/guardrails';
import type { ChunkingName, ReleaseMode, RetryOptions } from '@melliflow/streaming';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { httpAddress } from './http-address.js';
import { type BackendChoice, backendNames } from './load-backend.js';

/** What the command line of `melliflow stream` says, checked. */
export interface StreamOptions extends Omit<BackendChoice, 'baseURL'> {
  readonly baseUrl?: string | undefined;
  readonly chunking: ChunkingName;
  readonly maxSentences?: number | undefined;
  readonly maxWords?: number | undefined;
  readonly maxCharacters?: number | undefined;
  readonly forbid?: readonly string[] | undefined;
  /** Whether the text may have them: false with `--no-secrets`. */
  readonly secrets: boolean;
  readonly personalData: boolean;
  readonly repetition: boolean;
  readonly languages?: readonly string[] | undefined;
  /** The ids of the sources that may be cited, as `[id]`. */
  readonly cite?: readonly string[] | undefined;
  /** What a JSON text must fit. */
  readonly jsonSchema?: JsonSchema | undefined;
  readonly balancedFences?: boolean | undefined;
  /** What a model is asked of several chunks at once. */
  readonly judge?: readonly string[] | undefined;
  readonly release?: ReleaseMode | undefined;
  /** How often a failed chunk is tried again. */
  readonly retry?: number | undefined;
  readonly retryMode?: RetryOptions['mode'] | undefined;
  readonly system?: string | undefined;
  readonly temperature?: number | undefined;
  readonly seed?: number | undefined;
  readonly maxTokens?: number | undefined;
  readonly json?: boolean | undefined;
}

const availability = 'llamacpp in this process; openai, ollama, watsonx or hf at a provider';

/** All names: one that is missing here does not compile. */
const chunkings: Readonly<Record<ChunkingName, true>> = {
  sentence: true,
  word: true,
  paragraph: true,
  'intl-sentence': true,
  'intl-word': true,
  grapheme: true,
  markdown: true,
  code: true,
  json: true,
  delta: true,
};

/** Gives a command the options that `StreamOptions` are read from. */
export function addStreamOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--backend <name>', `where the model runs: ${availability}`)
        .choices(backendNames)
        .default('llamacpp'),
    )
    .option('--model <id>', 'which model, by its id or path (llamacpp: "tiny" unless given)')
    .option(
      '--base-url <url>',
      'where the provider is reached, such as http://localhost:8000/v1 for a server of your own (openai: ' +
        'OPENAI_BASE_URL, else OpenAI itself); keys are read from the environment, such as OPENAI_API_KEY, never from here',
      (text: string) => httpAddress(text, '--base-url'),
    )
    .addOption(
      new Option('--chunking <name>', 'what is shown at a time')
        .choices(Object.keys(chunkings))
        .default('sentence'),
    )
    .option('--max-sentences <n>', 'stop before the sentence that would be one too many', wholeFrom1)
    .option(
      '--forbid <word...>',
      'stop before the chunk that has one of these words or phrases, in any case; only whole words match',
      addWord,
    )
    .option('--max-words <n>', 'stop at the first word too many', wholeFrom1)
    .option('--max-characters <n>', 'stop at the first character too many', wholeFrom1)
    .option('--no-secrets', 'stop before a key, a token or a password')
    .option('--no-personal-data', 'stop before an e-mail, phone, card or account number or IP address')
    .option('--no-repetition', 'stop before a phrase or a loop that comes once too often')
    .option('--languages <codes>', 'stop at text in another language than these: en, or de,fr', languageCodes)
    .option(
      '--cite <id...>',
      'stop at a source [id] that is none of these; at the end there must be one',
      addWord,
    )
    .option(
      '--json-schema <file>',
      'stop at the first character that no JSON text by this schema can have there',
      jsonSchema,
    )
    .option('--balanced-fences', 'at the end every fenced code block must be closed')
    .option(
      '--judge <question...>',
      'ask the same model, for several chunks at a time, whether the text does what this says',
      addWord,
    )
    .option(
      '--release <mode>',
      'how many chunks are under check at once: strict is one, window:4 up to four, optimistic up to eight; ' +
        'with --json, optimistic tells a chunk at once and takes it back where it fails',
      releaseMode,
    )
    .option(
      '--retry <n>',
      'after a chunk failed, tell the model why and try again, so many times',
      wholeFrom1,
    )
    .addOption(
      new Option(
        '--retry-mode <mode>',
        'resume goes on behind what passed; restart begins anew, and shows nothing while it might (default: resume)',
      ).choices(['resume', 'restart']),
    )
    .option('--system <text>', 'a system prompt')
    .option('--temperature <n>', 'how freely to choose; 0 takes the likeliest each time', numberFrom0)
    .option(
      '--seed <n>',
      'the same seed gives the same text, where the model can; without a --temperature above 0, such as 0.8, ' +
        'llamacpp always takes the likeliest and a seed has no effect',
      whole,
    )
    .option('--max-tokens <n>', 'the most tokens to generate', wholeFrom1)
    .option('--json', 'print one event a line as JSON, and nothing else');
}

function languageCodes(text: string): readonly string[] {
  const codes = text.split(',').map((code) => code.trim());
  if (!codes.every((code) => /^[a-z]{2}$/.test(code)))
    throw new InvalidArgumentError('It takes codes of two letters, such as en or de,fr.');
  try {
    language(codes);
    return codes;
  } catch (error) {
    throw new InvalidArgumentError(`It takes languages that can be told: ${(error as Error).message}`);
  }
}

/** @throws InvalidArgumentError when the file cannot be read, or is no JSON object. */
function jsonSchema(file: string): JsonSchema {
  try {
    const schema: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof schema === 'object' && schema !== null && !Array.isArray(schema)) return schema as JsonSchema;
  } catch (error) {
    const why = error instanceof SyntaxError ? 'it is no JSON' : `it cannot be read (${codeOf(error)})`;
    throw new InvalidArgumentError(`It takes a file with a JSON Schema; of this one ${why}.`);
  }
  throw new InvalidArgumentError('It takes a file with a JSON Schema, which is an object.');
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown }).code ?? 'unknown');
}

function releaseMode(text: string): ReleaseMode {
  if (text === 'strict' || text === 'optimistic') return text;
  const window = Number(/^window:(\d+)$/.exec(text)?.[1]);
  if (Number.isSafeInteger(window) && window >= 1) return { window };
  throw new InvalidArgumentError('It takes strict, optimistic or a window such as window:4.');
}

function whole(text: string): number {
  const value = Number(text);
  if (/^[+-]?\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('It takes a whole number, such as 42.');
}

function wholeFrom1(text: string): number {
  const value = Number(text);
  if (/^\+?\d+$/.test(text) && Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('It takes a whole number from 1 up, such as 3.');
}

function numberFrom0(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError('It takes a number from 0 up, such as 0.7.');
}

function addWord(word: string, before: readonly string[] = []): readonly string[] {
  if (word.trim() !== '') return [...before, word];
  throw new InvalidArgumentError('It takes words that have at least one character.');
}
