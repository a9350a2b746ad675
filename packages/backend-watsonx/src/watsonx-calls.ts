/* What calls need and an import does not: it is loaded with the first call, beside the SDK. */
export { chatAnswer } from '@melliflow/openai-wire';
export { fromWatsonxError } from './from-watsonx-error.js';
export { chatFinish } from './from-watsonx-finish.js';
export { fromGeneration } from './from-watsonx-generation.js';
export { toChatRequest } from './watsonx-chat-request.js';
export { toRawRequest } from './watsonx-raw-request.js';
export { send } from './watsonx-requests.js';
