/* What calls need and an import does not: it is loaded with the first call, beside the SDK. */
export { askForUsage, chatAnswer, readRaw } from '@melliflow/openai-wire';
export { readCompletion } from './from-hf-completion.js';
export { fromHfError } from './from-hf-error.js';
export { toChatRequest } from './hf-chat-request.js';
export { toRawRequest } from './hf-raw-request.js';
export { sendChat, sendRaw } from './hf-requests.js';
