import type { ProviderRequest, Subject } from '@melliflow/backend-conformance';
import type { Fault, ScriptedReply, StallFault } from '@melliflow/backend-conformance/servers';
import {
  ConnectionError,
  type ContextCall,
  type FinishReason,
  type GenerationEvent,
  type ModelOptions,
  type Part,
  type RawCall,
} from '@melliflow/core';
import { type ScriptedAnswer, ScriptedBackend } from '@melliflow/testing';

/** ScriptedBackend has no gates: this one stops where the exam's script stalls, and tells what was sent. */
class GatedBackend extends ScriptedBackend {
  readonly requests: ProviderRequest[] = [];
  stalls: readonly (StallFault | undefined)[] = [];

  override async *_generateFromContext(call: ContextCall): AsyncGenerator<GenerationEvent> {
    const stall = this.stalls[Math.min(this.requests.length, this.stalls.length - 1)];
    const tools = [...call.tools.values()].map(({ asJsonTool }) => asJsonTool);
    const end = this.record(call.view.concat(call.action), call.modelOptions, { tools, format: call.format });
    call.signal.addEventListener('abort', end, { once: true });
    const mine = this.requests.at(-1);
    let pieces = 0;
    try {
      for await (const event of super._generateFromContext(call)) {
        if (stall && event.type === 'text' && (stall.after ?? 0) === pieces++) {
          await Promise.race([stall.until.wait(), mine?.closed()]);
        }
        yield event;
      }
    } finally {
      end();
    }
  }

  override _generateFromRaw(call: RawCall): ReturnType<ScriptedBackend['_generateFromRaw']> {
    for (const action of call.actions) this.record([action], call.modelOptions)();
    return super._generateFromRaw(call);
  }

  /** Adds a request; the result ends it. */
  record(
    parts: readonly Part[],
    { tools: _, providerOptions, ...options }: ModelOptions,
    more = {},
  ): () => void {
    const prompt = parts.map((part) => this.formatter.print(part)).join('\n\n');
    const text = JSON.stringify({ prompt, options, own: providerOptions?.[this.provider], ...more });
    let open = true;
    let end = (): void => undefined;
    const closed = new Promise<number>((resolve) => {
      end = () => {
        open = false;
        resolve(performance.now());
      };
    });
    this.requests.push({
      text,
      prompts: [prompt],
      closed: () => closed,
      get open() {
        return open;
      },
    });
    return end;
  }
}

const playable: readonly Fault['kind'][] = [
  'stall',
  'cut',
  'reset',
  'split-utf8',
  'crlf',
  'comments',
  'left-open',
];

function answerOf(reply: ScriptedReply): ScriptedAnswer {
  const faults = [reply.fault ?? []].flat() as Fault[];
  const cut = faults.find((fault) => fault.kind === 'cut' || fault.kind === 'reset');
  const origin = { provider: 'scripted', model: 'scripted' };
  const { promptTokens = 1, completionTokens = 1 } = reply.usage ?? {};
  return {
    deltas: reply.deltas?.slice(0, cut ? cut.after : undefined),
    thinking: reply.thinking?.join(''),
    toolCalls: reply.toolCalls as ScriptedAnswer['toolCalls'],
    usage:
      reply.usage === null
        ? undefined
        : { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens },
    finish: cut ? null : (reply.finish as FinishReason | undefined),
    error: cut?.kind === 'reset' ? new ConnectionError('reset', origin) : undefined,
  };
}

/** The scripted backend of @melliflow/testing: it has no wire, no status, no retries and no timeouts. */
export const scriptedSubject: Subject = {
  name: 'ScriptedBackend',
  scripts: { faults: playable, settings: ['modelOptions'], byPrompt: false },
  gaps: { 'images.unclaimed': 'It shows nothing to a model, and says nothing about images.' },
  backend({ replies, settings }) {
    if (typeof replies === 'function') throw new TypeError('ScriptedBackend does not answer by the prompt.');
    const { modelOptions } = settings;
    const backend = new GatedBackend(replies.map(answerOf), { modelOptions });
    backend.stalls = replies.map(({ fault }) => [fault ?? []].flat().find((one) => one.kind === 'stall'));
    return { backend, requests: () => backend.requests, close: async () => undefined };
  },
};
