export { createBackend, WatsonxBackend } from './watsonx-backend.js';
export type { WatsonxClient, WatsonxSettings } from './watsonx-settings.js';
