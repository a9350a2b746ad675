import type { JsonSchema } from '@melliflow/core';
import { linkAbort, log, redact, textOf } from '@melliflow/core/implement';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import {
  CallToolResultSchema,
  ErrorCode,
  ListToolsResultSchema,
  McpError,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv';
import type { McpResult } from './from-mcp-result.js';
import { McpConnectionError, McpToolError } from './mcp-errors.js';
import type { McpServerAddress } from './mcp-settings.js';
import { type Line, openLine } from './mcp-transport.js';

/** A tool as the server describes it. */
export interface McpToolDescription {
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly inputSchema: JsonSchema;
  readonly outputSchema?: JsonSchema | undefined;
}

/** How long the server may take to say hello, and for a page of its list. */
const PATIENCE_MS = 60_000;
/** More pages than any server has; one that never ends would be read for ever. */
const MOST_PAGES = 1000;

/** One connection to a server: this file and the transport's are the only ones that know the SDK. */
export class McpClient {
  readonly _client: Client;
  readonly _line: Line;
  readonly _callTimeoutMs: number;
  readonly _validator: AjvJsonSchemaValidator = new AjvJsonSchemaValidator();

  constructor(client: Client, line: Line, callTimeoutMs: number) {
    this._client = client;
    this._line = line;
    this._callTimeoutMs = callTimeoutMs;
  }

  /** @throws McpConnectionError (`mcp_connection`) when there is no server that speaks the protocol; then nothing stays open. */
  static async connect(
    address: McpServerAddress,
    { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal | undefined },
  ): Promise<McpClient> {
    const line = openLine(address);
    const client = new Client({ name: 'melliflow', version: '0' });
    const made = new McpClient(client, line, timeoutMs);
    try {
      await made._ask((options) => client.connect(line.transport, options), { signal });
      return made;
    } catch (error) {
      await line.close();
      throw error;
    }
  }

  /** All tools, page by page; none of a server that says it has none. The SDK's own `listTools` keeps what it needs for checks of the last page only. */
  async listTools(signal?: AbortSignal): Promise<McpToolDescription[]> {
    if (!this._client.getServerCapabilities()?.tools) return [];
    const tools: McpToolDescription[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const params = cursor === undefined ? {} : { cursor };
      const listed = await this._ask(
        (options) => this._client.request({ method: 'tools/list', params }, ListToolsResultSchema, options),
        { signal },
      );
      tools.push(...(listed.tools as McpToolDescription[]));
      cursor = listed.nextCursor;
      if (cursor === undefined) return tools;
    }
    throw new McpConnectionError(`${this._line.name}: its list of tools does not end.`);
  }

  /** @throws McpToolError (`mcp_tool`), McpConnectionError (`mcp_connection`), or the signal's reason. */
  async callTool(
    { name, outputSchema }: McpToolDescription,
    args: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<McpResult> {
    const params = { name, arguments: { ...args } };
    const result = await this._ask(
      (options) => this._client.request({ method: 'tools/call', params }, CallToolResultSchema, options),
      { signal, callTimeoutMs: this._callTimeoutMs },
    );
    if (outputSchema !== undefined && !result.isError) {
      const checked = this._validator.getValidator(outputSchema)(result.structuredContent);
      if (!checked.valid)
        throw new McpToolError(
          `its result is not what it promises: ${checked.errorMessage ?? 'no reason given'}`,
        );
    }
    return result as McpResult;
  }

  /** Tells when the server says that its tools changed. */
  onToolsChanged(changed: () => void): void {
    this._client.setNotificationHandler(ToolListChangedNotificationSchema, changed);
  }

  /** Ends the session and the connection; a child process has ended then. */
  async close(): Promise<void> {
    await this._line.leave();
    try {
      await this._client.close();
    } catch (error) {
      log('warn', `${this._line.name}: closing the connection failed.`, { error: textOf(error) });
    }
    await this._line.close();
  }

  /** One request. Each follows the signal by a listener of its own, since the SDK leaves its listeners behind. */
  async _ask<T>(
    request: (options: { signal: AbortSignal; timeout: number }) => Promise<T>,
    { signal, callTimeoutMs }: Asked,
  ): Promise<T> {
    signal?.throwIfAborted();
    const controller = new AbortController();
    const unlink = linkAbort(signal, controller);
    try {
      return await request({ signal: controller.signal, timeout: callTimeoutMs ?? PATIENCE_MS });
    } catch (error) {
      signal?.throwIfAborted();
      const words = redact(textOf(error), this._line.secrets);
      if (callTimeoutMs !== undefined && isRefusal(error)) throw new McpToolError(words);
      throw new McpConnectionError(`${this._line.name}: ${words}`);
    } finally {
      unlink();
    }
  }
}

/** How a request is made. */
interface Asked {
  readonly signal: AbortSignal | undefined;
  /** Of calls alone. */
  readonly callTimeoutMs?: number;
}

/** Whether the server answered, and said no. */
function isRefusal(error: unknown): boolean {
  return error instanceof McpError && !connectionCodes.has(error.code);
}

const connectionCodes: ReadonlySet<number> = new Set([ErrorCode.ConnectionClosed, ErrorCode.RequestTimeout]);
