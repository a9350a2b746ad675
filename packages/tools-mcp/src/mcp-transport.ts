import { log, textOf } from '@melliflow/core/implement';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { McpCommand, McpServerAddress, McpUrl } from './mcp-settings.js';

/** How long a server may take to end its session before the connection is closed all the same. */
const GOODBYE_MS = 1000;
/** A child that does not end is killed by the SDK after four seconds. */
const ENDED_MS = 5000;

/** A way to a server, not opened yet. */
export interface Line {
  readonly transport: Transport;
  /** What errors call the server. */
  readonly name: string;
  /** Taken out of the text of errors. */
  readonly secrets: readonly string[];
  /** Says goodbye where the protocol has a word for it; never fails. */
  leave(): Promise<void>;
  /** Ends it for good; may be called at any time and twice. */
  close(): Promise<void>;
}

/** @throws TypeError when the address says neither a command nor a URL. */
export function openLine(address: McpServerAddress): Line {
  if ('command' in address && typeof address.command === 'string') return toProcess(address);
  if ('url' in address) return toUrl(address);
  if ('transport' in address && typeof address.transport?.start === 'function') {
    const transport = address.transport as unknown as Transport;
    return { transport, name: 'The MCP server', secrets: [], leave: nothing, close: () => transport.close() };
  }
  throw new TypeError('mcpTools needs { command, args }, { url } or { transport } to find its server.');
}

function toProcess({ command, args = [], env, cwd, stderr = 'ignore' }: McpCommand): Line {
  const transport = new StdioClientTransport({
    command,
    args: [...args],
    stderr,
    ...(env && { env: { ...env } }),
    ...(cwd !== undefined && { cwd }),
  });
  let ended: Promise<unknown> = Promise.resolve();
  const start = transport.start.bind(transport);
  transport.start = () => {
    const end = new Promise<void>((resolve) => {
      const { onclose } = transport;
      transport.onclose = () => {
        onclose?.();
        resolve();
      };
    });
    const started = start();
    if (transport.pid !== null) ended = end;
    return started;
  };
  return {
    transport,
    name: `The MCP server "${command}"`,
    secrets: secretsIn(Object.values(env ?? {})),
    leave: nothing,
    close: async () => {
      await transport.close();
      await atMost(ENDED_MS, ended);
    },
  };
}

function toUrl({ url, headers = {}, fetch }: McpUrl): Line {
  const at = new URL(url);
  const transport = new StreamableHTTPClientTransport(at, {
    requestInit: { headers: { ...headers } },
    ...(fetch && { fetch: fetch as never }),
  });
  const name = `The MCP server at ${at.origin}`;
  return {
    transport: transport as Transport,
    name,
    secrets: secretsIn([...Object.values(headers), at.username, at.password, ...at.searchParams.values()]),
    leave: () => atMost(GOODBYE_MS, goodbye(transport, name)),
    close: () => transport.close(),
  };
}

/** Ends the session on the server, which need not be there any more. */
async function goodbye(transport: StreamableHTTPClientTransport, name: string): Promise<void> {
  try {
    await transport.terminateSession();
  } catch (error) {
    log('debug', `${name}: its session could not be ended.`, { error: textOf(error) });
  }
}

/** What may be a credential among settings, also without the word before it (`Bearer`); shorter ones are none. */
function secretsIn(values: readonly string[]): string[] {
  return values.flatMap((value) => [value, ...value.split(/\s+/)]).filter(({ length }) => length > 6);
}

async function nothing(): Promise<void> {
  return undefined;
}

/** Waits for `work`, but no longer than so. */
async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
