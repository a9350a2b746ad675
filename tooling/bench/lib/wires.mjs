/** How each wire writes an answer: streamed piece by piece, or whole. */

const sse = (event) => `data: ${JSON.stringify(event)}\n\n`;
const line = (event) => `${JSON.stringify(event)}\n`;
const usageOf = (count) => ({ prompt_tokens: 5, completion_tokens: count, total_tokens: count + 5 });

const openaiFacts = {
  id: 'chatcmpl-0000000000000000000000',
  created: 1_790_000_000,
  model: 'bench',
  system_fingerprint: 'fp_bench',
};

function chunk(delta, finish_reason = null) {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason }];
  return sse({ ...openaiFacts, object: 'chat.completion.chunk', choices });
}

const openaiChat = {
  name: 'openai',
  path: '/v1/chat/completions',
  contentType: 'text/event-stream; charset=utf-8',
  isStream: ({ stream }) => stream === true,
  begin: () => chunk({ role: 'assistant', content: '', refusal: null }),
  piece: (content) => chunk({ content }),
  end: (count) => {
    const usage = { ...openaiFacts, object: 'chat.completion.chunk', choices: [], usage: usageOf(count) };
    return `${chunk({}, 'stop')}${sse(usage)}data: [DONE]\n\n`;
  },
  whole: (content, count) => ({
    ...openaiFacts,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content, refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: usageOf(count),
  }),
};

const openaiCompletions = {
  name: 'completions',
  path: '/v1/completions',
  isStream: () => false,
  whole: (text, count, { prompt }) => {
    const prompts = Array.isArray(prompt) ? prompt : [prompt];
    const choices = prompts.map((_, index) => ({ text, index, logprobs: null, finish_reason: 'stop' }));
    return { ...openaiFacts, object: 'text_completion', choices, usage: usageOf(count * prompts.length) };
  },
};

function ollamaLine(content, more) {
  return line({
    model: 'bench',
    created_at: '2026-01-01T00:00:00.000000Z',
    message: { role: 'assistant', content },
    done: false,
    ...more,
  });
}
const ollamaEnd = (count) => ({
  done: true,
  done_reason: 'stop',
  total_duration: 1e9,
  load_duration: 1e6,
  prompt_eval_count: 5,
  prompt_eval_duration: 1e6,
  eval_count: count,
  eval_duration: 9e8,
});

const ollamaChat = {
  name: 'ollama',
  path: '/api/chat',
  contentType: 'application/x-ndjson',
  isStream: ({ stream }) => stream !== false,
  begin: () => '',
  piece: (content) => ollamaLine(content),
  end: (count) => ollamaLine('', ollamaEnd(count)),
  whole: (content, count) => JSON.parse(ollamaLine(content, ollamaEnd(count))),
};

const watsonxFacts = {
  id: 'chatcmpl-0000000000000000000000',
  created: 1_790_000_000,
  model_id: 'bench',
  model: 'bench',
  model_version: '1.0.0',
  created_at: '2026-01-01T00:00:00.000Z',
};

function watsonxEvent(choices, more) {
  return `id: 1\nevent: message\n${sse({ ...watsonxFacts, choices, ...more })}`;
}

const watsonxStream = {
  name: 'watsonx',
  path: '/ml/v1/text/chat_stream',
  contentType: 'text/event-stream; charset=utf-8',
  isStream: () => true,
  begin: () => watsonxEvent([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }]),
  piece: (content) => watsonxEvent([{ index: 0, delta: { content }, finish_reason: null }]),
  end: (count) =>
    watsonxEvent([{ index: 0, delta: {}, finish_reason: 'stop' }]) +
    watsonxEvent([], { usage: usageOf(count) }),
};

const watsonxChat = {
  name: 'watsonx whole',
  path: '/ml/v1/text/chat',
  isStream: () => false,
  whole: (content, count) => ({
    ...watsonxFacts,
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: usageOf(count),
  }),
};

export const wires = [openaiChat, openaiCompletions, ollamaChat, watsonxStream, watsonxChat];
