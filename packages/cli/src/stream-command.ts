import type { Backend, Requirement } from '@melliflow/core';
import { SimpleContext } from '@melliflow/stdlib';
import { streamWithChunking } from '@melliflow/streaming';
import { type Interruption, watchSignals } from './interruption.js';
import { loadModel } from './load-model.js';
import { printForPeople } from './print-for-people.js';
import { printJson } from './print-json.js';
import type { ProgramIo } from './program-io.js';
import { readPrompt } from './read-prompt.js';
import { reportError } from './report-error.js';
import { ForbidWords } from './requirements/forbid-words.js';
import { MaxSentences } from './requirements/max-sentences.js';
import type { StreamOptions } from './stream-options.js';
import type { Output } from './text-output.js';
import { type Verdict, verdictOf } from './verdict.js';

/** What a command prints to, and where it runs. */
export interface Surroundings {
  readonly io: ProgramIo;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** Streams one answer, checks it while it comes, and gives the exit code. */
export async function streamCommand(
  given: string,
  options: StreamOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { io } = surroundings;
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
      return await stream(prompt, options, { backend, loadMs }, interruption, surroundings);
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
  { backend, loadMs }: { backend: Backend; loadMs: number | null },
  interruption: Interruption,
  { io, stdout, stderr }: Surroundings,
): Promise<number> {
  const { chunking, temperature, seed, maxTokens: maxNewTokens, system: systemPrompt } = options;
  const requirements = requirementsOf(options);
  const result = await streamWithChunking(prompt, backend, new SimpleContext(), {
    requirements,
    chunking,
    modelOptions: { temperature, seed, maxNewTokens, systemPrompt },
  });
  const unwanted = AbortSignal.any([interruption.signal, stdout.gone]);
  const cancel = (): void => void result.cancel(unwanted.reason);
  if (unwanted.aborted) cancel();
  else unwanted.addEventListener('abort', cancel, { once: true });

  const printer = options.json
    ? printJson(stdout)
    : printForPeople(stdout, result, {
        loadMs,
        colours: stdout.isTerminal && !io.env.NO_COLOR,
        // After every word it would be hard to read.
        ticks: stdout.isTerminal && requirements.length > 0 && chunking !== 'word',
      });
  for await (const event of result.events()) printer.event(event);
  const verdict = await verdictOf(result, requirements);
  printer.end(verdict);
  for (const { message } of result.thunk.generation.warnings) stderr.write(`warning: ${message}\n`);
  if (verdict.kind === 'broken') reportError(verdict.error, stderr);
  return exitCodeOf(verdict, interruption);
}

function requirementsOf({ maxSentences, forbid }: StreamOptions): Requirement[] {
  return [
    ...(maxSentences === undefined ? [] : [new MaxSentences(maxSentences)]),
    ...(forbid === undefined ? [] : [new ForbidWords(forbid)]),
  ];
}

/** A reader that has left, as `head` does, had what it wanted: that is no failure. */
function exitCodeOf({ kind }: Verdict, { exitCode }: Interruption): number {
  if (kind === 'stopped') return exitCode ?? 0;
  return { passed: 0, unchecked: 0, failed: 1, broken: 3 }[kind];
}
