import type { JsonSchema } from '@melliflow/core';
import { currentLogger } from '@melliflow/core/implement';
import type { Llama } from 'node-llama-cpp';
import { formatsOf, type LlamaCppFormat } from './llamacpp-formats.js';
import { checkModelFile } from './llamacpp-model-file.js';
import { type LlamaCppPrompts, promptsOf } from './llamacpp-prompts.js';
import { type LlamaCppSequences, poolSequences } from './llamacpp-sequences.js';
import { defaultThreads, type LlamaCppSettings } from './llamacpp-settings.js';

/** The engine's module. */
export type LlamaCppEngine = typeof import('node-llama-cpp');

/** A loaded model with its memory. */
export interface LlamaCppClient {
  /** The model's file. */
  readonly path: string;
  /** Tokens that one sequence holds; the engine rounds up to multiples of 256. */
  readonly contextSize: number;
  readonly sequences: LlamaCppSequences;
  readonly prompts: LlamaCppPrompts;
  /** A schema as what the engine holds outputs to. */
  formatOf(schema: JsonSchema): Promise<LlamaCppFormat>;
  /** Waits for what runs and frees the memory; the engine itself stays for other models. */
  dispose(): Promise<void>;
}

const MAX_DEFAULT_CONTEXT = 4096;

/** Loads a model: the only place that touches the engine, and not before the first call. */
export async function loadClient(path: string, settings: LlamaCppSettings): Promise<LlamaCppClient> {
  const sizeBytes = await checkModelFile(path);
  const engine: LlamaCppEngine = await import('node-llama-cpp');
  const llama = await resolveLlama(engine, settings);
  const model = await llama.loadModel({ modelPath: path });
  try {
    const context = await model.createContext({
      contextSize: settings.contextSize ?? { max: MAX_DEFAULT_CONTEXT },
      sequences: settings.sequences ?? 4,
      threads: settings.threads ?? defaultThreads(sizeBytes, llama.cpuMathCores),
    });
    const sequences = poolSequences(
      Array.from({ length: context.totalSequences }, () => context.getSequence()),
    );
    return {
      path,
      contextSize: context.contextSize,
      sequences,
      prompts: promptsOf(engine, model),
      formatOf: formatsOf(model.llama),
      async dispose() {
        await sequences.close();
        await model.dispose();
      },
    };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

/** One engine per kind of GPU, because each further one costs most of a second. */
const shared = new Map<unknown, Promise<Llama>>();

async function resolveLlama(
  engine: LlamaCppEngine,
  { client, gpu = false }: LlamaCppSettings,
): Promise<Llama> {
  if (client) return (typeof client === 'function' ? await client() : client) as Llama;
  let llama = shared.get(gpu);
  if (!llama) {
    // maxThreads 0: each context has its own count. "never": without a fitting binary an error, no hidden C++ build.
    const options = { gpu, build: 'never', progressLogs: false, maxThreads: 0 } as const;
    llama = engine.getLlama({ ...options, logLevel: engine.LlamaLogLevel.error, logger: toLogger });
    shared.set(gpu, llama);
    llama.catch(() => shared.delete(gpu));
  }
  return llama;
}

function toLogger(_level: string, message: string): void {
  currentLogger()?.error(`llamacpp: ${message.trim()}`);
}
