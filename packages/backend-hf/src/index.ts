export { createBackend, HfBackend } from './hf-backend.js';
export type { HfClient, HfSettings } from './hf-settings.js';
