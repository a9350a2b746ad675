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

/** How Responses answers: the exam's server plays good replies and bad ones in this form. */
export const wire: Wire = {
  name: 'responses',
  basePath: '/v1',
  answer: (request, reply) => (request.body.stream === true ? stream(request, reply) : whole(request, reply)),
  prompts: ({ body }) => [(body.messages as { content: unknown }[]).map(({ content }) => content).join('\n')],
  errorBody: ({ message, code, status }: StatusFault) => ({
    error: { message, code: code ?? `error_${status}` },
  }),
  errorEvent: ({ message = 'it failed', code, named }: ErrorEventFault) =>
    JSON.stringify(named ? { message, code } : { error: { message, code } }),
  emptyEvent: JSON.stringify({ id: 'responses-1', choices: [] }),
};

function stream({ text }: WireRequest, reply: ScriptedReply): WireAnswer {
  const chunk = (own: object, content = false): WireEvent => ({
    data: JSON.stringify({ id: 'responses-1', ...own }),
    content,
  });
  const piece = (delta: object): WireEvent =>
    chunk({ choices: [{ index: 0, delta, finish_reason: null }] }, true);
  const finish = finishOf(reply);
  const usage = usageOf(reply, text);
  return {
    framing: serverSentEvents,
    events: [
      chunk({ choices: [{ index: 0, delta: { role: 'assistant' }, finish_reason: null }] }),
      ...(reply.deltas ?? []).map((content) => piece({ content })),
      ...toolCalls(reply).flatMap((call) =>
        fragments(call, reply).map((one) => piece({ tool_calls: [one] })),
      ),
      ...(finish === null ? [] : [chunk({ choices: [{ index: 0, delta: {}, finish_reason: finish }] })]),
      ...(usage ? [chunk({ choices: [], usage })] : []),
      { data: '[DONE]' },
    ],
  };
}

function whole({ text }: WireRequest, reply: ScriptedReply): WireAnswer {
  const calls = toolCalls(reply);
  const message = {
    role: 'assistant',
    content: reply.deltas?.join('') ?? null,
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  const choices = [{ index: 0, message, finish_reason: finishOf(reply) }];
  const body = { id: 'responses-1', choices, usage: usageOf(reply, text) };
  return { framing: jsonDocument, events: [{ data: JSON.stringify(body) }] };
}

interface WireToolCall {
  readonly index: number;
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

function toolCalls(reply: ScriptedReply): WireToolCall[] {
  const calls = reply.toolCalls ?? [];
  return calls.map((call, index) => {
    const json = argumentsOf(call);
    const isCut = faultOf(reply, 'truncated-tool-arguments') && index === calls.length - 1;
    return {
      index,
      id: call.id ?? `call_${index}`,
      type: 'function',
      function: { name: call.name, arguments: isCut ? json.slice(0, Math.ceil(json.length / 2)) : json },
    };
  });
}

/** The name first, then the arguments, whole or in the pieces that the script wants. */
function fragments({ index, id, type, function: called }: WireToolCall, reply: ScriptedReply): object[] {
  const size = faultOf(reply, 'tool-fragments')?.size ?? Number.POSITIVE_INFINITY;
  const pieces: object[] = [{ index, id, type, function: { name: called.name, arguments: '' } }];
  for (let at = 0; at < called.arguments.length; at += size) {
    pieces.push({ index, function: { arguments: called.arguments.slice(at, at + size) } });
  }
  return pieces;
}

function argumentsOf({ args }: ScriptedToolCall): string {
  return typeof args === 'string' ? args : JSON.stringify(args);
}

function finishOf({ finish, toolCalls: calls }: ScriptedReply): string | null {
  return finish === undefined ? (calls?.length ? 'tool_calls' : 'stop') : finish;
}

function usageOf({ usage, deltas = [] }: ScriptedReply, prompt: string): object | null {
  if (usage === null) return null;
  const { promptTokens, completionTokens } = usage ?? {
    promptTokens: prompt.split(/\s+/).length,
    completionTokens: deltas.length,
  };
  return { prompt_tokens: promptTokens, completion_tokens: completionTokens };
}

function faultOf<K extends Fault['kind']>(
  { fault = [] }: ScriptedReply,
  kind: K,
): Extract<Fault, { kind: K }> | undefined {
  const faults: readonly Fault[] = 'kind' in fault ? [fault] : fault;
  return faults.find((one): one is Extract<Fault, { kind: K }> => one.kind === kind);
}
