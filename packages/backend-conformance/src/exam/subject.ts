import type { Backend, ModelOptions } from '@melliflow/core';
import type { ScriptedReply } from '../servers/scripted-reply.js';
import type { Scriptable } from './scriptable.js';

/** What the provider of a backend is to answer, and how the backend is to be made. */
export interface ExamScript {
  /** Reply after reply, the last one again and again; or by the prompt that was sent. */
  readonly replies: readonly ScriptedReply[] | ((prompt: string) => ScriptedReply);
  readonly settings: ExamSettings;
}

/** The settings that a law may ask for; names and defaults are those of every backend of the family. */
export interface ExamSettings {
  readonly modelOptions?: ModelOptions | undefined;
  readonly maxConcurrency?: number | undefined;
  readonly timeouts?:
    | {
        readonly headersMs?: number | undefined;
        readonly firstChunkMs?: number | undefined;
        readonly idleMs?: number | undefined;
        readonly totalMs?: number | undefined;
      }
    | undefined;
  /** Always given; `attempts` is 1 unless a law is about retries. */
  readonly retry: { readonly attempts: number; readonly initialDelayMs: number };
  /** The key that the backend is to use where it needs one. */
  readonly apiKey: string;
}

/** A request as the provider got it. */
export interface ProviderRequest {
  /** All that was sent, options included, as text. */
  readonly text: string;
  /** The prompts of a raw call, or the conversation of a chat, as text. */
  readonly prompts: readonly string[];
  /** Whether the provider still answers, or waits with it. */
  readonly open: boolean;
  /** Resolves, with the `performance.now()` of that moment, when the backend has closed the connection. */
  closed(): Promise<number>;
}

/** A backend under exam and what its provider saw. */
export interface ExamBackend {
  readonly backend: Backend;
  /** Oldest first. */
  requests(): readonly ProviderRequest[];
  close(): Promise<void>;
}

/**
 * How an author shows a backend to the exam.
 *
 * @example
 * const subject = subjectOverWire({
 *   name: 'mine',
 *   wire: openaiWire(),
 *   backend: ({ url }, { apiKey, ...settings }) => new MyBackend({ url, apiKey, ...settings }),
 *   gaps: { 'raw.order': 'The service has no raw completions yet.' },
 * });
 */
export interface Subject {
  readonly name: string;
  /** A new backend whose provider plays the script. */
  backend(script: ExamScript): ExamBackend | Promise<ExamBackend>;
  /** What scripts the provider can play. Default: every one. */
  readonly scripts?: Scriptable | undefined;
  /** The laws that the backend is known to break, with the reason. They run, and must fail. */
  readonly gaps?: Readonly<Record<string, string>> | undefined;
}
