import { WatsonxBackend } from '@melliflow/backend-watsonx';
import { thunkPeer } from '../lib/melliflow-peer.mjs';

export const make = (origin) => (modelId) =>
  new WatsonxBackend({ modelId, baseURL: origin, bearerToken: 'x', projectId: 'p' });

export const open = (origin) => thunkPeer(make(origin));
