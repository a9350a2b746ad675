import type { Backend } from '@melliflow/core';
import { jsonSchema } from '@melliflow/schema';
import { SimpleContext } from '@melliflow/stdlib';
import { type ChunkingName, type RetryOptions, streamWithChunking } from '@melliflow/streaming';
import { type Interruption, watchSignals } from './interruption.js';
import { loadModel } from './load-model.js';
import { printForPeople } from './print-for-people.js';
import { printJson } from './print-json.js';
import type { ProgramIo } from './program-io.js';
import { readPrompt } from './read-prompt.js';
import { reportError } from './report-error.js';
import { requirementsOf } from './requirements-of.js';
import type { StreamOptions } from './stream-options.js';
import type { Output } from './text-output.js';
import { UsageError } from './usage-error.js';
import { type Verdict, verdictOf } from './verdict.js';

/** What a command prints to, and where it runs. */
export interface Surroundings {
  readonly io: ProgramIo;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** Chunks that are long enough to be ticked off: after every word it would be hard to read. */
const ticked: ReadonlySet<ChunkingName> = new Set(['sentence', 'intl-sentence', 'paragraph', 'markdown']);

/** Streams one answer, checks it while it comes, and gives the exit code. */
export async function streamCommand(
  given: string,
  options: StreamOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { io } = surroundings;
  const retry = retryOf(options);
  await checkSchema(options);
  const prompt = await readPrompt(given, io.stdin);
  const interruption = watchSignals(io);
  try {
    const backend: Backend & Partial<AsyncDisposable> = await io.loadBackend({
      ...options,
      baseURL: options.baseUrl,
    });
    try {
      // Programs get what the loading brings, a failure too, as events of the stream.
      const loadMs = options.json ? null : await loadModel(backend, interruption.signal);
      if (interruption.exitCode !== null) return interruption.exitCode;
      return await stream(prompt, options, { backend, loadMs, retry }, interruption, surroundings);
    } finally {
      await backend[Symbol.asyncDispose]?.();
    }
  } finally {
    interruption.close();
  }
}

async function stream(
  prompt: string,
  options: StreamOptions,
  { backend, loadMs, retry }: { backend: Backend; loadMs: number | null; retry: RetryOptions | undefined },
  interruption: Interruption,
  { io, stdout, stderr }: Surroundings,
): Promise<number> {
  const { chunking, release, temperature, seed, maxTokens: maxNewTokens, system: systemPrompt } = options;
  const requirements = requirementsOf(options);
  const result = await streamWithChunking(prompt, backend, new SimpleContext(), {
    requirements,
    chunking,
    release,
    retry,
    modelOptions: { temperature, seed, maxNewTokens, systemPrompt },
  });
  const unwanted = AbortSignal.any([interruption.signal, stdout.gone]);
  const cancel = (): void => void result.cancel(unwanted.reason);
  if (unwanted.aborted) cancel();
  else unwanted.addEventListener('abort', cancel, { once: true });

  const printer = options.json
    ? printJson(stdout, result)
    : printForPeople(stdout, result, {
        loadMs,
        colours: stdout.isTerminal && !io.env.NO_COLOR,
        ticks: stdout.isTerminal && requirements.length > 0 && ticked.has(chunking),
      });
  await printer.follow();
  const verdict = await verdictOf(result, requirements);
  printer.end(verdict);
  for (const { message } of result.thunk.generation.warnings) stderr.write(`warning: ${message}\n`);
  if (verdict.kind === 'broken') reportError(verdict.error, stderr);
  return exitCodeOf(verdict, interruption);
}

/** @throws UsageError for a schema that nothing can be validated by; better now than when the model has answered. */
async function checkSchema({ jsonSchema: schema }: StreamOptions): Promise<void> {
  if (schema === undefined) return;
  try {
    await jsonSchema({ schema })['~standard'].validate(null);
  } catch (error) {
    throw new UsageError(`--json-schema: ${(error as Error).message}`);
  }
}

/** @throws UsageError for a mode of what is not asked for. */
function retryOf({ retry, retryMode }: StreamOptions): RetryOptions | undefined {
  if (retry !== undefined) return { attempts: retry + 1, mode: retryMode ?? 'resume' };
  if (retryMode === undefined) return undefined;
  throw new UsageError(
    '--retry-mode: nothing is tried again without --retry <n>; add it, such as --retry 2.',
  );
}

/** A reader that has left, as `head` does, had what it wanted: that is no failure. */
function exitCodeOf({ kind }: Verdict, { exitCode }: Interruption): number {
  if (kind === 'stopped') return exitCode ?? 0;
  return { passed: 0, unchecked: 0, failed: 1, broken: 3 }[kind];
}
