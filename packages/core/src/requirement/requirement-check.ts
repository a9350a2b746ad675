import { CBlock } from '../content/cblock.js';
import { Component, type Part } from '../content/component.js';
import type { TemplateRepresentation } from '../content/template-representation.js';
import type { ModelOutputThunk } from '../thunk/model-output-thunk.js';

const template = `Read the output and the requirement. Reply with 'yes' if the requirement is met and 'no' if it is not.

Output: {{ output }}

Requirement: {{ requirement }}`;

/** The question that a model is asked as a judge. Its template can be replaced under the name `RequirementCheck`. */
export class RequirementCheck extends Component<string> {
  readonly requirement: string;
  readonly output: string;

  constructor(requirement: string, output: string) {
    super();
    this.requirement = requirement;
    this.output = output;
  }

  parts(): readonly Part[] {
    return [new CBlock(this.requirement), new CBlock(this.output)];
  }

  formatForLlm(): TemplateRepresentation {
    const { requirement, output } = this;
    return {
      obj: this,
      name: 'RequirementCheck',
      args: { output, requirement },
      template,
      templateOrder: ['*'],
    };
  }

  parseOutput(computed: ModelOutputThunk): string {
    return computed.value ?? '';
  }
}
