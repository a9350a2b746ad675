export { AcmeBackend, createBackend } from './acme-backend.js';
export type { AcmeSettings } from './acme-settings.js';
