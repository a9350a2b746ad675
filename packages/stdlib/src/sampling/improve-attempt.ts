import {
  Component,
  getImagesFromComponent,
  isComponent,
  type ModelOutputThunk,
  type Part,
  type TemplateRepresentation,
} from '@melliflow/core';
import { failedRequirements } from './failed-requirements.js';
import type { SampleAttempt } from './sample-attempt.js';

// The engine takes away the line break after a block: what starts a paragraph needs one more.
const template = `{{ task }}

Here is an answer that is not good enough:

{{ answer }}
{%- if failed %}


It does not meet these requirements:
{{ failed }}
{%- endif %}


Give a better answer that meets all requirements.`;

/** A task, an attempt at it and what the attempt lacks: asks for a better one. */
export class ImproveAttempt extends Component<string> {
  readonly task: Part;
  readonly attempt: SampleAttempt;

  constructor(task: Part, attempt: SampleAttempt) {
    super();
    this.task = task;
    this.attempt = attempt;
  }

  parts(): readonly Part[] {
    return [this.task, this.attempt.result];
  }

  formatForLlm(): TemplateRepresentation {
    const shown = isComponent(this.task) ? this.task.formatForLlm() : '';
    const images = getImagesFromComponent(this.task);
    const tools = typeof shown === 'object' ? shown.tools : undefined;
    const { result, validations } = this.attempt;
    return {
      obj: this,
      name: 'ImproveAttempt',
      args: { task: this.task, answer: result.value, failed: failedRequirements(validations) },
      template,
      templateOrder: ['*'],
      ...(images && { images }),
      ...(tools && { tools }),
    };
  }

  /** The text of the answer. */
  parseOutput(computed: ModelOutputThunk): string {
    return computed.value ?? '';
  }
}
