export { ResponsesBackend, createBackend } from './responses-backend.js';
export type { ResponsesSettings } from './responses-settings.js';
