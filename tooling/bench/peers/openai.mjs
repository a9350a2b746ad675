import { OpenAIBackend } from '@melliflow/backend-openai';
import { thunkPeer } from '../lib/melliflow-peer.mjs';

export const make = (origin) => (modelId) =>
  new OpenAIBackend({ modelId, baseURL: `${origin}/v1`, apiKey: 'x' });

export const open = (origin) => thunkPeer(make(origin));
