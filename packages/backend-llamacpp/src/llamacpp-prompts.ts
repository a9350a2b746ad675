import type {
  ChatHistoryItem,
  ChatWrapper,
  LLamaChatGenerateResponseOptions,
  LlamaContextSequence,
  LlamaModel,
  Token,
} from 'node-llama-cpp';
import type { LlamaCppStopReason } from './from-llamacpp-stop.js';
import type { LlamaCppEngine } from './llamacpp-client.js';

/** What one call of the engine takes. */
export type LlamaCppCallOptions = LLamaChatGenerateResponseOptions;

/** A prompt that is ready to be answered by a sequence. */
export interface LlamaCppPrompt {
  /** All its tokens, the model's own frame included. */
  readonly tokens: Token[];
  answer(sequence: LlamaContextSequence, options: LlamaCppCallOptions): Promise<LlamaCppStopReason>;
}

/** The two kinds of prompts that a model takes. */
export interface LlamaCppPrompts {
  /** A conversation in the model's own chat format. */
  chat(history: ChatHistoryItem[]): LlamaCppPrompt;
  /** A text to go on with, without any format. */
  raw(text: string): LlamaCppPrompt;
}

/** Sequences go back to their pool; what borrows one must not take it along. */
const KEEP_SEQUENCE = { disposeSequence: false };

/** At the end of the context the engine would forget the oldest turns unasked; an answer that ends there is better. */
const CONTEXT_FULL = new Error('the context is full');
const contextShift = {
  size(): never {
    throw CONTEXT_FULL;
  },
};

/** Prompts for `model`; its chat format is read once. */
export function promptsOf(engine: LlamaCppEngine, model: LlamaModel): LlamaCppPrompts {
  const chatWrapper = wrapperOf(engine, model);
  const bos = model.tokens.shouldPrependBosToken ? model.tokens.bos : null;
  return {
    chat: (history) => ({
      tokens: chatWrapper
        .generateContextState({ chatHistory: history })
        .contextText.tokenize(model.tokenizer),
      async answer(contextSequence, options) {
        const chat = new engine.LlamaChat({ contextSequence, chatWrapper });
        try {
          return (await chat.generateResponse(history, { ...options, contextShift })).metadata.stopReason;
        } catch (error) {
          if (error === CONTEXT_FULL) return 'maxTokens';
          throw error;
        } finally {
          chat.dispose(KEEP_SEQUENCE);
        }
      },
    }),
    raw(text) {
      const tokens = model.tokenize(text, false, bos === null ? undefined : 'trimLeadingSpace');
      return {
        tokens: bos === null ? tokens : [bos, ...tokens],
        async answer(contextSequence, options) {
          const completion = new engine.LlamaCompletion({ contextSequence });
          // Unless told not to, the engine drops the prompt's beginning to keep a tenth of the context free.
          const whole = { ...options, contextShiftSize: 1 };
          try {
            return (await completion.generateCompletionWithMeta(tokens, whole)).metadata.stopReason;
          } finally {
            completion.dispose(KEEP_SEQUENCE);
          }
        },
      };
    },
  };
}

/** The model's own chat template; only for files without one the engine guesses, which takes over a second. */
function wrapperOf(engine: LlamaCppEngine, model: LlamaModel): ChatWrapper {
  const template = model.fileInfo.metadata?.tokenizer?.chat_template;
  if (!template) return engine.resolveChatWrapper(model);
  return new engine.JinjaTemplateChatWrapper({ template, tokenizer: model.tokenizer });
}
