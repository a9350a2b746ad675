/* What calls need and an import does not: it is loaded with the first call, beside the SDK. */
export { toChatRequest } from './ollama-chat-request.js';
export { toRawRequest } from './ollama-raw-request.js';
export { send } from './ollama-requests.js';
export { readReply } from './ollama-stream.js';
