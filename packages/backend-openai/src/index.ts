export { createBackend, OpenAIBackend } from './openai-backend.js';
export type { OpenAIClient, OpenAISettings } from './openai-settings.js';
