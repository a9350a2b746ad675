/** The versions of what is compared. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const compared = [
  'openai',
  'ollama',
  '@huggingface/inference',
  '@ibm-cloud/watsonx-ai',
  'ai',
  '@ai-sdk/openai',
  '@langchain/openai',
];

export function versions() {
  const folder = join(import.meta.dirname, '..', 'node_modules');
  return compared
    .map((name) => `${name} ${JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')).version}`)
    .join(', ');
}
