import {
  Backend,
  type ContextCall,
  type GenerationEvent,
  IncompleteStreamError,
  type RawCall,
  type RawItem,
} from '@melliflow/core';

/** A service that takes a prompt by POST and answers line by line; a line with a dot alone ends the answer. */
export class LineBackend extends Backend {
  readonly provider = 'lines';
  readonly modelId: string;
  readonly url: string;

  constructor(settings: { modelId: string; url: string }) {
    super();
    this.modelId = settings.modelId;
    this.url = settings.url;
  }

  async *_generateFromContext(call: ContextCall): AsyncGenerator<GenerationEvent> {
    const prompt = [...call.view, call.action].map(String).join('\n');
    yield { type: 'prompt', prompt };
    for await (const text of this.lines(prompt, call.signal)) yield { type: 'text', text };
    yield { type: 'finish', reason: 'stop' };
  }

  async _generateFromRaw(call: RawCall): Promise<RawItem[]> {
    const complete = async (prompt: string): Promise<RawItem> => {
      let text = '';
      for await (const line of this.lines(prompt, call.signal)) text += line;
      return { text, finishReason: 'stop' };
    };
    return Promise.all(call.actions.map((action) => complete(String(action))));
  }

  async *lines(prompt: string, signal: AbortSignal): AsyncGenerator<string> {
    const reply = await fetch(this.url, { method: 'POST', body: prompt, signal });
    if (!reply.ok) throw Object.assign(new Error(`HTTP ${reply.status}`), { status: reply.status });
    let rest = '';
    for await (const text of reply.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line === '.') return;
        yield line;
      }
    }
    throw new IncompleteStreamError('The answer has no end.', { provider: 'lines', model: this.modelId });
  }
}
