import { HfBackend } from '@melliflow/backend-hf';
import { thunkPeer } from '../lib/melliflow-peer.mjs';

export const make = (origin) => (modelId) =>
  new HfBackend({ modelId, baseURL: `${origin}/v1`, apiKey: 'hf_x' });

export const open = (origin) => thunkPeer(make(origin));
