import { validatedPeer } from '../lib/melliflow-peer.mjs';
import { make } from './watsonx.mjs';

export const open = (origin) => validatedPeer(make(origin));
