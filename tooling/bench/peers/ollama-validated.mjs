import { validatedPeer } from '../lib/melliflow-peer.mjs';
import { make } from './ollama.mjs';

export const open = (origin) => validatedPeer(make(origin));
