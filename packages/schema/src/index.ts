export { type DialectName, dialectNames } from './dialects.js';
export { type JsonSchemaFormat, jsonSchema } from './json-schema.js';
export type { Loss } from './losses.js';
export { type DialectOptions, type DialectSchema, toDialect } from './to-dialect.js';
export { validated } from './validated.js';
