import { validatedPeer } from '../lib/melliflow-peer.mjs';
import { make } from './openai.mjs';

export const open = (origin) => validatedPeer(make(origin));
