export type { ErrorEventFault, Fault, StallFault, StatusFault } from './fault.js';
export { type Framing, jsonDocument, jsonLines, serverSentEvents } from './framing.js';
export { type OllamaWireInit, ollamaServer, ollamaWire } from './ollama-wire.js';
export { type OpenAIWireInit, openaiServer, openaiWire } from './openai-wire.js';
export type { ScriptedReply, ScriptedToolCall, ScriptedUsage } from './scripted-reply.js';
export { Turnstile } from './turnstile.js';
export type { Wire, WireAnswer, WireEvent } from './wire.js';
export type { WireRequest } from './wire-request.js';
export { type ReplyScript, startServer, type WireServer } from './wire-server.js';
