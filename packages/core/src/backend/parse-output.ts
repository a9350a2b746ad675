import type { Part } from '../content/component.js';
import { isComponent } from '../content/part.js';
import { ComponentParseError } from '../errors/program-errors.js';
import { textOf } from '../internal/describe.js';
import type { ModelOutputThunk } from '../thunk/model-output-thunk.js';
import type { ResolvedFormat } from './output-format.js';
import type { StandardIssue, StandardResult } from './standard-schema.js';

/**
 * What `parsedRepr` holds after completion: the value of the format, else what the component reads, else the
 * text (contract 2.10). An answer that only calls tools has no text for the format: then it stays null.
 *
 * @throws ComponentParseError (`component_parse`).
 */
export async function parseOutput(
  action: Part,
  format: ResolvedFormat | null,
  computed: ModelOutputThunk,
): Promise<unknown> {
  const text = computed.value ?? '';
  if (format) return text === '' && computed.toolCalls ? null : parseFormat(text, format);
  if (!isComponent(action)) return text;
  const parsed = await parseComponent(action, computed);
  if (parsed === null || parsed === undefined) {
    throw new ComponentParseError(`parse() of the component gave ${String(parsed)}, no value.`);
  }
  return parsed;
}

async function parseComponent(
  action: { parse(computed: ModelOutputThunk): unknown },
  computed: ModelOutputThunk,
) {
  try {
    return await action.parse(computed);
  } catch (cause) {
    if (ComponentParseError.is(cause)) throw cause;
    throw new ComponentParseError(`The component could not read the output: ${textOf(cause)}`, { cause });
  }
}

/** @throws ComponentParseError (`component_parse`) when the text is not JSON or does not fit the schema. */
export async function parseFormat(text: string, { name, validate }: ResolvedFormat): Promise<unknown> {
  let result: StandardResult<unknown>;
  try {
    result = await validate(JSON.parse(text));
  } catch (cause) {
    throw new ComponentParseError(`format "${name}": the output could not be read: ${textOf(cause)}`, {
      cause,
    });
  }
  if (!result.issues) return result.value;
  throw new ComponentParseError(`format "${name}": ${result.issues.map(issueText).join('; ')}`);
}

function issueText(issue: StandardIssue): string {
  const path = issue.path?.map((step) => String(typeof step === 'object' ? step.key : step)).join('.');
  return path ? `${path}: ${issue.message}` : issue.message;
}
