import { MelliflowError } from '@melliflow/core';
import { nameErrors } from '@melliflow/core/implement';

/** The server cannot be reached, does not speak the protocol, or the connection broke. */
export class McpConnectionError extends MelliflowError {}

/** The server says that a tool failed, or its answer is not what the tool promises. */
export class McpToolError extends MelliflowError {}

nameErrors({ McpConnectionError, McpToolError });
