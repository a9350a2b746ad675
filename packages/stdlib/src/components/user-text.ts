import { CBlock, type Part } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import { renderTemplate } from '@melliflow/formatter';
import { partOf } from './part-of.js';

/** The texts of an instruction, with the user's variables filled in. Without variables braces stay braces. */
export class UserText {
  readonly variables: Readonly<Record<string, string>> | null;

  /** @throws TypeError when a variable is not text. */
  constructor(variables: Readonly<Record<string, string>> | undefined) {
    this.variables = variables ?? null;
    for (const [name, value] of Object.entries(variables ?? {})) {
      if (typeof value === 'string') continue;
      throw new TypeError(
        `Instruction.userVariables.${name} must be text, got ${describe(value)}: convert it with String().`,
      );
    }
  }

  /** @throws TemplateError (`template`) when `text` is no template, or shows a variable that was not given. */
  fill(text: string, field: string): string {
    return this.variables === null ? text : renderTemplate(text, this.variables, `Instruction.${field}`);
  }

  /** Text filled in, as a block; parts as they are. @throws TypeError for anything else. */
  part(value: string | Part, field: string): Part {
    if (typeof value === 'string') return new CBlock(this.fill(value, field));
    return partOf(value, `Instruction.${field}`);
  }
}
