export {
  type ScriptedAnswer,
  ScriptedBackend,
  type ScriptedBackendInit,
  type ScriptedCall,
} from './scripted-backend.js';
