export { createBackend, LlamaCppBackend } from './llamacpp-backend.js';
export type { LlamaCppSettings, LlamaInstance } from './llamacpp-settings.js';
export type { LlamaCppTimeouts } from './llamacpp-time-limits.js';
