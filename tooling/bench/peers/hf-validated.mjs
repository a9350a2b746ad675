import { validatedPeer } from '../lib/melliflow-peer.mjs';
import { make } from './hf.mjs';

export const open = (origin) => validatedPeer(make(origin));
