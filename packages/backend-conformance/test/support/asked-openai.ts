import OpenAI6 from 'openai';
import OpenAI7 from 'openai-7';
import { openaiServer, type ScriptedReply, type WireServer } from '../../src/servers/index.js';

type Chunk = OpenAI6.ChatCompletionChunk;
type Chunks = Awaited<ReturnType<OpenAI6['chat']['completions']['create']>> & AsyncIterable<Chunk>;

/** Both majors of the SDK; one type fits both. */
export const sdks = [
  ['openai 6', OpenAI6],
  ['openai 7', OpenAI7 as unknown as typeof OpenAI6],
] as const;

export const messages = [{ role: 'user' as const, content: 'hi there' }];

/** A server and a client of one SDK that asks it. */
export class AskedOpenAI {
  readonly server: WireServer;
  readonly client: OpenAI6;

  constructor(server: WireServer, OpenAI: typeof OpenAI6) {
    this.server = server;
    const baseURL = server.baseURL;
    this.client = new OpenAI({ apiKey: 'sk-test', baseURL, maxRetries: 0, organization: null });
  }

  static async by(OpenAI: typeof OpenAI6): Promise<AskedOpenAI> {
    return new AskedOpenAI(await openaiServer({ apiKey: 'sk-test' }), OpenAI);
  }

  async chat(): Promise<OpenAI6.ChatCompletion & { _request_id?: string | null }> {
    return this.client.chat.completions.create({ model: 'm', messages });
  }

  /** A stream that asks for usage, unless told otherwise. */
  async stream(more: object = {}): Promise<Chunks> {
    const body = {
      model: 'm',
      messages,
      stream: true as const,
      stream_options: { include_usage: true },
      ...more,
    };
    return (await this.client.chat.completions.create(body)) as unknown as Chunks;
  }

  /** The bare reply to such a stream. */
  async response(): Promise<Response> {
    const body = { model: 'm', messages, stream: true as const, stream_options: { include_usage: true } };
    return this.client.chat.completions.create(body).asResponse();
  }

  /** The chunks that the SDK makes of one scripted reply. */
  async collect(reply: ScriptedReply, more?: object): Promise<Chunk[]> {
    this.server.reply(reply);
    const chunks: Chunk[] = [];
    for await (const chunk of await this.stream(more)) chunks.push(chunk);
    return chunks;
  }
}

export function textOf(chunks: readonly Chunk[]): string {
  return chunks.map((chunk) => chunk?.choices?.[0]?.delta?.content ?? '').join('');
}

export interface SdkError extends Error {
  status?: number;
  code?: string;
  headers?: Headers;
  error?: { message: string };
}

export async function failureOf(work: Promise<unknown>): Promise<SdkError> {
  try {
    await work;
  } catch (error) {
    return error as SdkError;
  }
  throw new Error('It did not fail.');
}
