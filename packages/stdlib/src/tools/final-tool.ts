import type { JsonSchema, OutputFormat } from '@melliflow/core';
import { validated } from '@melliflow/schema';
import { Tool } from './tool.js';
import { ToolArgumentsError } from './tool-arguments-error.js';
import { standardIssues } from './tool-parameters.js';

/** The tool by which a model ends a loop. */
export const FINAL_TOOL = 'final_answer';

const anyText: JsonSchema = { type: 'string', description: 'The answer, complete and in plain words.' };

/** A tool whose result is its one argument, validated. Objects are the arguments themselves, other values lie in `answer`. */
export function finalTool(format: OutputFormat = anyText): Tool<Record<string, unknown>, unknown> {
  const { jsonSchema, validate } = validated(format)['~standard'];
  const { $schema: _, ...schema } = jsonSchema.input({ target: 'draft-2020-12' });
  const isObject = schema.type === 'object';
  return new Tool({
    name: FINAL_TOOL,
    description: 'Ends the task with its answer.',
    parameters: isObject ? schema : inAnswer(schema),
    execute: async (args: Record<string, unknown>) => {
      const result = await validate(isObject ? args : args.answer);
      if (result.issues) throw new ToolArgumentsError(FINAL_TOOL, standardIssues(result.issues, args));
      return result.value;
    },
  });
}

/** The schema one level down; what it refers to stays where the references look for it. */
function inAnswer({ $defs, definitions, ...answer }: JsonSchema): JsonSchema {
  const shared = { ...($defs !== undefined && { $defs }), ...(definitions !== undefined && { definitions }) };
  return { type: 'object', properties: { answer }, required: ['answer'], ...shared };
}
