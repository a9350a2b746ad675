export { createBackend, OllamaBackend } from './ollama-backend.js';
export type { OllamaClient, OllamaSettings } from './ollama-settings.js';
