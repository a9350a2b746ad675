import {
  hfServer,
  ollamaServer,
  openaiServer,
  type WireServer,
  watsonxServer,
} from '@melliflow/backend-conformance/servers';
import { HfBackend } from '@melliflow/backend-hf';
import { LlamaCppBackend } from '@melliflow/backend-llamacpp';
import { OllamaBackend } from '@melliflow/backend-ollama';
import { OpenAIBackend } from '@melliflow/backend-openai';
import { WatsonxBackend } from '@melliflow/backend-watsonx';
import type { Backend } from '@melliflow/core';
import { tinyModelPath } from '@melliflow/model-tiny';

/** A backend to be watched, and the server that it speaks to; null: it has no wire. */
export interface Watched {
  readonly name: string;
  readonly backend: Backend;
  readonly server: WireServer | null;
  close(): Promise<void>;
}

/** All backends; OpenAI twice, because it refuses what servers on its wire take. */
export async function allProviders(): Promise<Watched[]> {
  const [openai, compatible, ollama, hf, watsonx] = await Promise.all([
    openaiServer(),
    openaiServer(),
    ollamaServer(),
    hfServer(),
    watsonxServer(),
  ]);
  const toOurs: typeof fetch = (url, init) => {
    const { pathname } = new URL(url instanceof Request ? url.url : url);
    return fetch(openai.url + pathname, init);
  };
  const llamacpp = new LlamaCppBackend({ modelId: tinyModelPath, modelOptions: { maxNewTokens: 40 } });
  return [
    over(openai, 'OpenAI', new OpenAIBackend({ modelId: 'gpt-4.1', apiKey: 'none', fetch: toOurs })),
    over(compatible, 'servers on its wire', new OpenAIBackend({ modelId: 'm', baseURL: compatible.baseURL })),
    over(ollama, 'Ollama', new OllamaBackend({ modelId: 'm', baseURL: ollama.url })),
    over(hf, 'Hugging Face', new HfBackend({ modelId: 'tgi', baseURL: hf.url })),
    over(
      watsonx,
      'watsonx',
      new WatsonxBackend({ modelId: 'm', projectId: 'p', baseURL: watsonx.url, bearerToken: 'none' }),
    ),
    { name: 'llama.cpp', backend: llamacpp, server: null, close: () => llamacpp.dispose() },
  ];
}

const said = '{"a":"b"}';

function over(server: WireServer, name: string, backend: Backend): Watched {
  server.reply({ deltas: [said], logprobs: [{ token: said, logprob: -0.1 }], model: 'm' });
  return { name, backend, server, close: () => server.close() };
}
