/* What calls need and an import does not: it is loaded with the first call, beside the SDK. */
export { chatAnswer, readRaw } from '@melliflow/openai-wire';
export { fromOpenAIError } from './from-openai-error.js';
export { toChatRequest } from './openai-chat-request.js';
export { toRawOptions } from './openai-options.js';
export { sdkOptions, sendChat, sendRaw } from './openai-requests.js';
