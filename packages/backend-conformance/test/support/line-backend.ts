import { Backend, type ContextCall, type GenerationEvent, type RawCall, type RawItem } from '@melliflow/core';

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
    for await (const line of this.lines(prompt, call.signal)) {
      if (line === '.') yield { type: 'finish', reason: 'stop' };
      else yield { type: 'text', text: line };
    }
  }

  async _generateFromRaw(call: RawCall): Promise<RawItem[]> {
    const complete = async (prompt: string): Promise<RawItem> => {
      let text = '';
      for await (const line of this.lines(prompt, call.signal)) if (line !== '.') text += line;
      return { text, finishReason: 'stop' };
    };
    return Promise.all(call.actions.map((action) => complete(String(action))));
  }

  async *lines(prompt: string, signal: AbortSignal): AsyncGenerator<string> {
    const reply = await fetch(this.url, { method: 'POST', body: prompt, signal });
    let rest = '';
    for await (const text of reply.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  }
}
