import { Tool, type ToolIo, type ToolOutput } from '@melliflow/stdlib';
import { fromMcpResult } from './from-mcp-result.js';
import type { McpClient, McpToolDescription } from './mcp-client.js';

/** A tool that a server has. Its arguments are made to fit before they are sent. */
export class McpTool extends Tool<Record<string, unknown>, ToolOutput> {
  /** What the server calls it; `name` may differ, since providers take fewer names. */
  readonly mcpName: string;

  /** @internal Made by `mcpTools`. */
  constructor(client: McpClient, described: McpToolDescription, name: string) {
    super({
      name,
      description: described.description ?? described.title,
      parameters: described.inputSchema,
      execute: async (args: Record<string, unknown>, { signal }: ToolIo) =>
        fromMcpResult(await client.callTool(described, args, signal)),
    });
    this.mcpName = described.name;
  }
}
