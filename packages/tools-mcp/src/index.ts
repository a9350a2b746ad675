export { McpConnectionError, McpToolError } from './mcp-errors.js';
export type {
  McpCommand,
  McpServerAddress,
  McpToolsOptions,
  McpTransport,
  McpUrl,
} from './mcp-settings.js';
export { McpTool } from './mcp-tool.js';
export { McpTools, mcpTools } from './mcp-tools.js';
