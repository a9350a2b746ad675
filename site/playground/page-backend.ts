import {
  Backend,
  type BackendCapabilities,
  BackendError,
  type ContextCall,
  type GenerationEvent,
  type RawCall,
  type RawItem,
  UnsupportedFeatureError,
} from '@melliflow/core';
import { defaultCapabilities } from '@melliflow/core/implement';
import { ChatFormatter } from '@melliflow/formatter';
import type { FromWorker, ModelPort } from './worker-messages.js';

let lastId = 0;

/**
 * A backend over a model in a worker of the page. A cancel stops the worker at its next token.
 * `providerOptions.page.paceMs` is the pause after each.
 */
export class PageBackend extends Backend {
  override readonly provider = 'page';
  override readonly modelId = 'tiny';
  override readonly formatter: ChatFormatter = new ChatFormatter();
  override readonly capabilities: BackendCapabilities = {
    ...defaultCapabilities,
    raw: false,
    seed: true,
    prefill: true,
  };
  readonly port: ModelPort;
  /** The seed of a call that gives none; the next call has the next one. */
  nextSeed = 0;

  constructor(port: ModelPort) {
    super();
    this.port = port;
  }

  async *_generateFromContext(call: ContextCall): AsyncGenerator<GenerationEvent> {
    const {
      temperature = 0,
      seed = this.nextSeed++,
      maxNewTokens = 300,
      systemPrompt,
      providerOptions,
    } = call.modelOptions;
    const said = this.formatter
      .toChatMessages([...call.view, call.action])
      .map(({ role, content }) => ({ role, content: String(content) }));
    const turns = systemPrompt === undefined ? said : [{ role: 'system', content: systemPrompt }, ...said];
    yield { type: 'prompt', prompt: turns.map(({ role, content }) => `${role}: ${content}`).join('\n') };
    const id = ++lastId;
    const inbox = new Inbox(this.port, id, call.signal);
    const paceMs = Number(providerOptions?.page?.paceMs ?? 0);
    this.port.postMessage({ type: 'answer', id, turns, draw: { temperature, seed, maxNewTokens }, paceMs });
    try {
      for (let message = await inbox.next(); message !== null; message = await inbox.next()) {
        if (message.type === 'failed')
          throw new BackendError(message.message, { provider: this.provider, model: this.modelId });
        if (message.type === 'text') yield { type: 'text', text: message.text };
        else {
          const { reason, promptTokens, completionTokens } = message.ending;
          const totalTokens = promptTokens + completionTokens;
          yield { type: 'usage', usage: { promptTokens, completionTokens, totalTokens } };
          yield { type: 'finish', reason };
          return;
        }
      }
    } finally {
      this.port.postMessage({ type: 'stop', id });
      inbox.close();
    }
  }

  async _generateFromRaw(_call: RawCall): Promise<RawItem[]> {
    throw new UnsupportedFeatureError('The model of the page is only asked in chats.', {
      provider: this.provider,
      model: this.modelId,
    });
  }
}

/** What the worker says about one answer, in order; null when the call is aborted. */
class Inbox {
  readonly messages: FromWorker[] = [];
  readonly close: () => void;
  readonly signal: AbortSignal;
  wake: () => void = () => undefined;

  constructor(port: ModelPort, id: number, signal: AbortSignal) {
    this.signal = signal;
    const hear = ({ data }: { data: FromWorker }): void => {
      if (data.id !== id) return;
      this.messages.push(data);
      this.wake();
    };
    const stop = (): void => this.wake();
    port.addEventListener('message', hear);
    signal.addEventListener('abort', stop, { once: true });
    this.close = () => {
      port.removeEventListener('message', hear);
      signal.removeEventListener('abort', stop);
    };
  }

  async next(): Promise<FromWorker | null> {
    while (this.messages.length === 0 && !this.signal.aborted)
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    return this.signal.aborted ? null : (this.messages.shift() ?? null);
  }
}
