import { OllamaBackend } from '@melliflow/backend-ollama';
import { thunkPeer } from '../lib/melliflow-peer.mjs';

export const make = (origin) => (modelId) => new OllamaBackend({ modelId, baseURL: origin });

export const open = (origin) => thunkPeer(make(origin));
