import type { Requirement } from '@melliflow/core';
import { allOf, type Rule } from '../text/rule.js';
import { type GuardrailInit, TextGuardrail } from '../text/text-guardrail.js';
import { patternRule } from './pattern-rule.js';
import { randomNearName } from './random-looking.js';
import { secretForms } from './secret-patterns.js';

let rule: Rule | undefined;

/**
 * No keys of known providers, private keys, JSON Web Tokens, passwords in addresses of databases, nor long random values
 * near a word such as key or password. A stream ends before the key is complete.
 *
 * @example
 * noSecrets();
 */
export function noSecrets(init: GuardrailInit = {}): Requirement {
  rule ??= allOf([patternRule(secretForms), randomNearName]);
  return new TextGuardrail('show no keys, tokens or passwords', rule, init);
}
