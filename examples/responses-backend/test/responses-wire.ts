import {
  type ErrorEventFault,
  type Fault,
  jsonDocument,
  type ScriptedReply,
  type ScriptedToolCall,
  type StatusFault,
  serverSentEvents,
  type Wire,
  type WireAnswer,
  type WireEvent,
  type WireRequest,
} from '@melliflow/backend-conformance/servers';

/** How `/v1/responses` answers: the exam's server plays good replies and bad ones in this form. */
export const wire: Wire = {
  name: 'responses',
  basePath: '/v1',
  answer(request, reply) {
    const { method, path, body } = request;
    if (method !== 'POST' || path !== '/v1/responses') return unknownPath(request);
    return body.stream === true ? stream(request, reply) : whole(request, reply);
  },
  prompts: ({ body }) => [
    typeof body.input === 'string' ? body.input : (body.input as object[]).map(textOf).join('\n'),
  ],
  errorBody: ({ message, code, status }: StatusFault) => ({
    error: { message, type: 'invalid_request_error', param: null, code: code ?? `error_${status}` },
  }),
  errorEvent: ({ message = 'it failed', code = 'server_error', named }: ErrorEventFault) =>
    JSON.stringify(
      named
        ? { type: 'error', code, message, param: null, sequence_number: 1 }
        : { type: 'response.failed', response: { id: 'resp_1', status: 'failed', error: { code, message } } },
    ),
  emptyEvent: JSON.stringify({ type: 'response.in_progress', response: { id: 'resp_1' } }),
};

function unknownPath({ method, path }: WireRequest): StatusFault {
  return { kind: 'status', status: 404, message: `Invalid URL (${method} ${path})`, code: 'unknown_url' };
}

/** The words of an input item, whatever it is. */
function textOf(item: object): string {
  const { content, output, arguments: args } = item as Record<string, unknown>;
  const text = content ?? output ?? args;
  if (!Array.isArray(text)) return String(text);
  return text.map(({ text: words = '' }) => words).join('');
}

function stream(request: WireRequest, reply: ScriptedReply): WireAnswer {
  const events: WireEvent[] = [];
  const add = (type: string, own: object, content = false): unknown =>
    events.push({ data: JSON.stringify({ type, sequence_number: events.length, ...own }), content });
  add('response.created', { response: { ...headOf(request), status: 'in_progress', output: [] } });
  const items = itemsOf(request, reply);
  for (const [output_index, item] of items.entries()) {
    const at = { output_index, item_id: item.id };
    if (item.type === 'function_call') {
      const { arguments: args, ...open } = item;
      add('response.output_item.added', { output_index, item: { ...open, arguments: '' } }, true);
      for (const delta of pieces(args, faultOf(reply, 'tool-fragments')?.size)) {
        add('response.function_call_arguments.delta', { ...at, delta }, true);
      }
      add('response.function_call_arguments.done', { ...at, arguments: args });
    } else {
      add('response.output_item.added', { output_index, item: { ...item, content: [] } });
      const isText = item.type === 'message';
      const deltas = (isText ? reply.deltas : reply.thinking) ?? [];
      const type = isText ? 'response.output_text.delta' : 'response.reasoning_summary_text.delta';
      for (const [i, delta] of deltas.entries()) {
        add(
          type,
          { ...at, delta, ...(isText && { logprobs: logprobsOf(request, reply).slice(i, i + 1) }) },
          true,
        );
      }
    }
    add('response.output_item.done', { output_index, item });
  }
  const last = responseOf(request, reply);
  if (last.status !== 'in_progress') add(`response.${last.status}`, { response: last });
  return { framing: named, events };
}

/** Every event is named by its type. */
const named = {
  ...serverSentEvents,
  frame: (data: string, name?: string): string =>
    serverSentEvents.frame(data, name ?? /^\{"type":"([\w.]+)"/.exec(data)?.[1]),
};

function whole(request: WireRequest, reply: ScriptedReply): WireAnswer {
  return { framing: jsonDocument, events: [{ data: JSON.stringify(responseOf(request, reply)) }] };
}

function headOf({ body }: WireRequest): object {
  return { id: 'resp_1', object: 'response', created_at: 1, model: body.model, error: null };
}

function responseOf(request: WireRequest, reply: ScriptedReply): { status: string } {
  const { finish = 'stop' } = reply;
  const isComplete = finish === 'stop' || finish === 'tool_calls';
  const status = finish === null ? 'in_progress' : isComplete ? 'completed' : 'incomplete';
  const reason = finish === 'length' ? 'max_output_tokens' : finish;
  return {
    ...headOf(request),
    status,
    incomplete_details: status === 'incomplete' ? { reason } : null,
    output: itemsOf(request, reply),
    usage: usageOf(reply, request.text),
  } as { status: string };
}

type WireItem =
  | { type: 'reasoning'; id: string; summary: object[] }
  | { type: 'message'; id: string; role: 'assistant'; content: object[] }
  | { type: 'function_call'; id: string; call_id: string; name: string; arguments: string };

function itemsOf(request: WireRequest, reply: ScriptedReply): WireItem[] {
  const { thinking, deltas, toolCalls = [] } = reply;
  const logprobs = logprobsOf(request, reply);
  const items: WireItem[] = [];
  if (thinking) {
    items.push({
      type: 'reasoning',
      id: 'rs_1',
      summary: [{ type: 'summary_text', text: thinking.join('') }],
    });
  }
  if (deltas || toolCalls.length === 0) {
    const content = [{ type: 'output_text', text: (deltas ?? []).join(''), annotations: [], logprobs }];
    items.push({ type: 'message', id: 'msg_1', role: 'assistant', content });
  }
  for (const [i, call] of toolCalls.entries()) {
    const isCut = faultOf(reply, 'truncated-tool-arguments') && i === toolCalls.length - 1;
    const json = argumentsOf(call);
    items.push({
      type: 'function_call',
      id: `fc_${i}`,
      call_id: call.id ?? `call_${i}`,
      name: call.name,
      arguments: isCut ? json.slice(0, Math.ceil(json.length / 2)) : json,
    });
  }
  return items;
}

function logprobsOf({ body }: WireRequest, { logprobs = [] }: ScriptedReply): object[] {
  if (body.include === undefined) return [];
  return logprobs.map(({ token, logprob, top = [] }) => ({ token, logprob, top_logprobs: top }));
}

function pieces(text: string, size: number = Number.POSITIVE_INFINITY): string[] {
  const all: string[] = [];
  for (let at = 0; at < text.length; at += size) all.push(text.slice(at, at + size));
  return all;
}

function argumentsOf({ args }: ScriptedToolCall): string {
  return typeof args === 'string' ? args : JSON.stringify(args);
}

function usageOf({ usage, deltas = [] }: ScriptedReply, prompt: string): object | undefined {
  if (usage === null) return undefined;
  const { promptTokens, completionTokens } = usage ?? {
    promptTokens: prompt.split(/\s+/).length,
    completionTokens: deltas.length,
  };
  return {
    input_tokens: promptTokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: completionTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: promptTokens + completionTokens,
  };
}

function faultOf<K extends Fault['kind']>(
  { fault = [] }: ScriptedReply,
  kind: K,
): Extract<Fault, { kind: K }> | undefined {
  const faults: readonly Fault[] = 'kind' in fault ? [fault] : fault;
  return faults.find((one): one is Extract<Fault, { kind: K }> => one.kind === kind);
}
