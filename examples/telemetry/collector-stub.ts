import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A span, as far as it is printed here. */
interface Span {
  readonly name: string;
  readonly spanId: string;
  readonly parentSpanId?: string | undefined;
  readonly attributes: readonly { readonly key: string; readonly value: Value }[];
}

/** As `{ intValue: 17 }` or `{ arrayValue: { values: […] } }`. */
type Value = Readonly<Record<string, unknown>> & {
  readonly arrayValue?: { readonly values: readonly Value[] } | undefined;
};

interface TraceRequest {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[];
}

/** A server that takes spans as a collector does, as JSON over HTTP, and prints them as a tree. */
export async function startCollector() {
  const spans: Span[] = [];
  const server = createServer(async (request, reply) => {
    const { resourceSpans } = (await json(request)) as TraceRequest;
    for (const { scopeSpans } of resourceSpans) spans.push(...scopeSpans.flatMap((scope) => scope.spans));
    reply.setHeader('content-type', 'application/json').end('{}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
    print: () => print(spans),
    async [Symbol.asyncDispose](): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Each span below the one that it ran in. */
function print(spans: readonly Span[], parent: string | undefined = undefined, indent = ''): void {
  for (const { name, spanId, attributes } of spans.filter(({ parentSpanId }) => parentSpanId === parent)) {
    console.log(`${indent}${brief(name)}`);
    for (const { key, value } of attributes) console.log(`${indent}  ${key}: ${shown(value)}`);
    print(spans, spanId, `${indent}    `);
  }
}

function shown(value: Value): string {
  return value.arrayValue
    ? value.arrayValue.values.map(shown).join(', ')
    : brief(String(Object.values(value)[0]));
}

/** The path of a model without its folders. */
function brief(text: string): string {
  return text.replace(/\S*[\\/]/, '');
}
