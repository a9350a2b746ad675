import type {
  ChatHistoryItem,
  ChatModelFunctions,
  ChatWrapper,
  LLamaChatGenerateResponseOptions,
  LlamaContextSequence,
  LlamaModel,
  Token,
} from 'node-llama-cpp';
import type { LlamaCppStopReason } from './from-llamacpp-stop.js';
import type { LlamaCppEngine } from './llamacpp-client.js';
import { markBreaker, withoutMarks } from './llamacpp-marks.js';
import { marksThoughts, type PushTokens, pushApart, withoutThought } from './llamacpp-thoughts.js';
import type { LlamaCppToolCall } from './to-llamacpp-tools.js';

/** What one call of the engine takes. */
export type LlamaCppCallOptions = LLamaChatGenerateResponseOptions<ChatModelFunctions>;

/** How an answer ended. */
export interface LlamaCppAnswer {
  readonly reason: LlamaCppStopReason;
  /** The calls that the model wants made; none was made. */
  readonly calls: readonly LlamaCppToolCall[];
}

/** A prompt that is ready to be answered by a sequence. */
export interface LlamaCppPrompt {
  /** All its tokens, the model's own frame included. */
  readonly tokens: Token[];
  answer(
    sequence: LlamaContextSequence,
    options: LlamaCppCallOptions,
    push: PushTokens,
  ): Promise<LlamaCppAnswer>;
}

/** What a conversation is answered with, beside the text of its messages. */
export interface LlamaCppChatInit {
  readonly functions?: ChatModelFunctions | undefined;
  /** Whether the model may think before it answers. Default: as its template has it. */
  readonly thinks?: boolean | undefined;
}

/** The two kinds of prompts that a model takes. */
export interface LlamaCppPrompts {
  /** Whether the chat format of the model marks thoughts. */
  readonly canThink: boolean;
  /** A conversation in the model's own chat format. */
  chat(history: ChatHistoryItem[], init?: LlamaCppChatInit): LlamaCppPrompt;
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
  const canThink = marksThoughts(chatWrapper);
  const breakMarks = markBreaker(model);
  const bos = model.tokens.shouldPrependBosToken ? model.tokens.bos : null;
  return {
    canThink,
    chat(given, { functions, thinks = true }: LlamaCppChatInit = {}) {
      const skipsThought = canThink && !thinks;
      const safe = withoutMarks(given, breakMarks);
      const history = skipsThought ? withoutThought(safe) : safe;
      const offered = functions && { functions: breakMarks(functions), documentFunctionParams: true };
      const { contextText } = chatWrapper.generateContextState({
        chatHistory: history,
        ...(offered && { availableFunctions: offered.functions, documentFunctionParams: true }),
      });
      return {
        tokens: contextText.tokenize(model.tokenizer),
        async answer(contextSequence, options, push) {
          const chat = new engine.LlamaChat({ contextSequence, chatWrapper });
          const onResponseChunk = pushApart(push, skipsThought);
          // While arguments are written there is no text, but a sign of life.
          const onFunctionCallParamsChunk: LlamaCppCallOptions['onFunctionCallParamsChunk'] = (chunk) => {
            push('', []);
            options.onFunctionCallParamsChunk?.(chunk);
          };
          const heard = { onResponseChunk, onFunctionCallParamsChunk };
          const all = { ...offered, ...options, contextShift, ...heard } as LlamaCppCallOptions;
          try {
            const { metadata, functionCalls = [] } = await chat.generateResponse<ChatModelFunctions>(
              history,
              all,
            );
            return { reason: metadata.stopReason, calls: functionCalls };
          } catch (error) {
            if (error === CONTEXT_FULL) return { reason: 'maxTokens', calls: [] };
            throw error;
          } finally {
            chat.dispose(KEEP_SEQUENCE);
          }
        },
      };
    },
    raw(text) {
      const tokens = model.tokenize(text, false, bos === null ? undefined : 'trimLeadingSpace');
      return {
        tokens: bos === null ? tokens : [bos, ...tokens],
        async answer(contextSequence, options, push) {
          const completion = new engine.LlamaCompletion({ contextSequence });
          // Unless told not to, the engine drops the prompt's beginning to keep a tenth of the context free.
          let tokensOfChunk: readonly Token[] = [];
          const onToken = (chunk: Token[]): void => {
            tokensOfChunk = chunk;
            options.onToken?.(chunk);
          };
          const onTextChunk = (chunk: string): void => push(chunk, tokensOfChunk);
          const whole = { ...options, contextShiftSize: 1, onToken, onTextChunk };
          try {
            const { metadata } = await completion.generateCompletionWithMeta(tokens, whole);
            return { reason: metadata.stopReason, calls: [] };
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
