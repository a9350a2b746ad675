import {
  hfWire,
  ollamaWire,
  openaiWire,
  type ScriptedReply,
  type Wire,
  type WireRequest,
  watsonxWire,
} from '@melliflow/backend-conformance/servers';
import { HfBackend } from '@melliflow/backend-hf';
import { OllamaBackend } from '@melliflow/backend-ollama';
import { OpenAIBackend } from '@melliflow/backend-openai';
import { WatsonxBackend } from '@melliflow/backend-watsonx';
import type { Backend } from '@melliflow/core';

/** A provider's wire and the backend that reads it. */
export interface Row {
  readonly name: string;
  readonly wire: Wire;
  make(baseURL: string): Backend;
}

const once = { modelId: 'm', retry: { attempts: 1 } };

export const providers: readonly Row[] = [
  {
    name: 'openai',
    wire: openaiWire(),
    make: (baseURL) => new OpenAIBackend({ ...once, baseURL, apiKey: 'any' }),
  },
  { name: 'ollama', wire: ollamaWire(), make: (baseURL) => new OllamaBackend({ ...once, baseURL }) },
  { name: 'hf', wire: hfWire(), make: (baseURL) => new HfBackend({ ...once, baseURL, apiKey: 'any' }) },
  {
    name: 'watsonx',
    wire: watsonxWire(),
    make: (baseURL) => new WatsonxBackend({ ...once, baseURL, bearerToken: 'any', projectId: 'any' }),
  },
];

/** The body that a wire would answer with, and its type. */
export function bodyOf(wire: Wire, request: WireRequest, reply: ScriptedReply): [Buffer, string] {
  const answer = wire.answer(request, reply);
  if ('kind' in answer) throw new Error(`The wire refuses the request: ${answer.message}`);
  const { framing, events } = answer;
  return [Buffer.from(events.map(({ data }) => framing.frame(data)).join('')), framing.contentType];
}
