export { createBackend, ResponsesBackend } from './responses-backend.js';
export type { ResponsesSettings } from './responses-settings.js';
