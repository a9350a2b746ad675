import { log, textOf } from '@melliflow/core/implement';
import { McpClient } from './mcp-client.js';
import type { McpServerAddress, McpToolsOptions } from './mcp-settings.js';
import { McpTool } from './mcp-tool.js';
import { toToolNames } from './to-tool-names.js';

/** The tools of one server, as long as the connection is open. */
export class McpTools {
  /** @internal */
  readonly _client: McpClient;
  /** @internal */
  readonly _options: McpToolsOptions;
  /** @internal */
  _tools: readonly McpTool[] = [];
  /** @internal */
  _refreshing: Promise<void> = Promise.resolve();
  /** @internal */
  _closed: Promise<void> | null = null;

  /** @internal Made by `mcpTools`. */
  constructor(client: McpClient, options: McpToolsOptions) {
    this._client = client;
    this._options = options;
  }

  /** The tools that the server has now; another list after it changed them. */
  get tools(): readonly McpTool[] {
    return this._tools;
  }

  /** Asks the server for its tools again; it does so by itself when the server says that they changed. */
  async refresh(signal?: AbortSignal): Promise<void> {
    const { prefix, only = () => true } = this._options;
    const described = (await this._client.listTools(signal)).filter(({ name }) => only(name));
    const names = toToolNames(
      described.map(({ name }) => name),
      prefix,
    );
    this._tools = described.map((tool, i) => new McpTool(this._client, tool, names[i] as string));
  }

  /** Closes the connection; a server that was started has ended then. Its tools cannot be called any more. */
  async close(): Promise<void> {
    this._closed ??= this._client.close();
    await this._closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** @internal One refresh after the other, so that the newest list is the last. */
  _changed(): void {
    this._refreshing = this._refreshing.then(async () => {
      try {
        if (this._closed) return;
        await this.refresh();
        this._options.onChanged?.();
      } catch (error) {
        if (!this._closed)
          log('warn', 'The changed tools of an MCP server could not be listed.', { error: textOf(error) });
      }
    });
  }
}

/**
 * Connects to an MCP server and makes tools of its tools. Names that providers would refuse are changed; `mcpName` is
 * the server's. What a tool gives is text and images for the model, and structured content as the value.
 *
 * @throws McpConnectionError (`mcp_connection`) when there is no server that speaks the protocol.
 * @throws TypeError when the address says neither a command nor a URL.
 * @example
 * await using files = await mcpTools({ command: 'npx', args: ['-y', '@modelcontextprotocol/server-filesystem', '.'] });
 * await react({ backend, goal: 'Which file is largest?', tools: files.tools });
 */
export async function mcpTools(address: McpServerAddress, options: McpToolsOptions = {}): Promise<McpTools> {
  const { timeoutMs = 60_000, signal } = options;
  const client = await McpClient.connect(address, { timeoutMs, signal });
  const made = new McpTools(client, options);
  try {
    client.onToolsChanged(() => made._changed());
    await made.refresh(signal);
    return made;
  } catch (error) {
    await made.close();
    throw error;
  }
}
