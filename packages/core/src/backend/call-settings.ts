import { currentLogger, log } from '../logger/logger.js';
import type { GenerationWarning } from '../thunk/generation-metadata.js';
import type { Backend } from './backend.js';
import { checkModelOptions } from './check-model-options.js';
import type { GenerateOptions } from './generate-options.js';
import { type ModelOptions, mergeModelOptions } from './model-options.js';
import { type OutputFormat, type ResolvedFormat, resolveFormat } from './output-format.js';

/** The settings of one call: what a hook may change, and what was made of it. */
export interface CallSettings {
  readonly modelOptions: ModelOptions;
  readonly format: OutputFormat | null;
  readonly toolCalls: boolean;
  readonly resolvedFormat: ResolvedFormat | null;
  readonly warnings: GenerationWarning[];
}

type Changeable = Pick<CallSettings, 'modelOptions' | 'format' | 'toolCalls'>;

/** @throws TypeError when an option or the format is not what it must be. */
export function callSettings(
  backend: Backend,
  { modelOptions, format, toolCalls = false }: GenerateOptions,
): CallSettings {
  return checkSettings(backend, {
    modelOptions: mergeModelOptions(backend.modelOptions, modelOptions),
    format: format ?? null,
    toolCalls,
  });
}

/** A batch is neither streamed nor given tools, which is said if it was asked for. */
export function ofBatch(settings: CallSettings): CallSettings {
  const { stream, tools } = settings.modelOptions;
  const { toolCalls } = settings;
  for (const [option, asked] of Object.entries({ stream, tools, toolCalls })) {
    const message = `Raw generation does not honour ${option}.`;
    if (asked) settings.warnings.push({ kind: 'unsupported', option, message });
  }
  return settings;
}

/** @throws TypeError when an option or the format is not what it must be. */
export function checkSettings(
  backend: Backend,
  { modelOptions, format, toolCalls }: Changeable,
): CallSettings {
  const { capabilities } = backend;
  const warnings = checkModelOptions(modelOptions, capabilities);
  const warn = (option: string, message: string): unknown =>
    warnings.push({ kind: 'unsupported', option, message });
  if (format && !capabilities.format) warn('format', 'The output is not constrained, only checked.');
  if (toolCalls && !capabilities.tools)
    warn('toolCalls', 'The backend cannot offer tools; they are left out.');
  return {
    modelOptions,
    format,
    toolCalls: toolCalls && capabilities.tools,
    resolvedFormat: format && resolveFormat(format),
    warnings,
  };
}

/** What has been said already, per backend: a warning goes to the logger once. */
const said = new WeakMap<Backend, Set<string>>();

/** Logs a warning the first time that this backend gives it. */
export function logOnce(backend: Backend, warning: GenerationWarning): void {
  if (currentLogger() === null) return;
  const key = `${warning.kind} ${warning.option ?? warning.message}`;
  const known = said.get(backend) ?? new Set();
  if (known.has(key)) return;
  said.set(backend, known.add(key));
  log('warn', warning.message, { provider: backend.provider, option: warning.option });
}
