// A plugin is told of each generation of a session, counts its tokens, and lets none begin when they are spent.
import { PluginViolationError } from '@melliflow/core';
import { startSession } from '@melliflow/stdlib';
import { TokenBudget } from './token-budget.js';

const budget = new TokenBudget(200);
await using m = await startSession({ backend: 'llamacpp', plugins: budget });

try {
  for (const hero of ['robot', 'fox', 'dragon', 'king', 'cat']) {
    const { value } = await m.instruct(`Write a short story about a ${hero}.`);
    console.log(`${value}\n  ${budget.usedTokens} of ${budget.maxTokens} tokens are used.`);
  }
} catch (error) {
  if (!PluginViolationError.is(error)) throw error;
  console.log(`No more stories: ${error.reason}`);
}
