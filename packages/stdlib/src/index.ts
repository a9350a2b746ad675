export { Instruction, type InstructionInit } from './components/instruction.js';
export { Message, type MessageInit } from './components/message.js';
export { ChatContext, type ChatContextInit } from './contexts/chat-context.js';
export { SimpleContext } from './contexts/simple-context.js';
export { check } from './requirements/check.js';
export { req } from './requirements/req.js';
export { reqify } from './requirements/reqify.js';
export { requirementCheckToBool } from './requirements/requirement-check-to-bool.js';
export {
  type SimpleValidateInit,
  type SimpleVerdict,
  simpleValidate,
} from './requirements/simple-validate.js';
