import { Component, type ModelOutputThunk, type Part, type TemplateRepresentation } from '@melliflow/core';
import { partOf } from '../components/part-of.js';

// The engine takes away the line break after a block: what starts a paragraph needs one more.
const template = `Work towards this goal, step by step:
{{ goal }}

In each step think about what is still missing, then call a tool and wait for its result. What you need to know comes from the results: do not make them up. When you can answer, call \`{{ finalTool }}\`.
{%- if tools %}


You call a tool by writing one JSON object, such as {"name": "{{ finalTool }}", "arguments": {…}}, with nothing after it. The tools are:
{%- for tool in tools %}

{{ tool }}
{%- endfor %}
{%- endif %}`;

/** The first thing that a model reads in a ReAct loop. Replace its wording under the name `ReactGoal`. */
export class ReactGoal extends Component<string> {
  readonly goal: Part;
  readonly finalTool: string;
  /** How the tools are described in the prompt; empty where the wire takes tools. */
  readonly tools: readonly string[];

  /** @throws TypeError when the goal is neither text nor a part. */
  constructor(goal: string | Part, finalTool: string, tools: readonly string[]) {
    super();
    this.goal = partOf(goal, 'goal');
    this.finalTool = finalTool;
    this.tools = tools;
  }

  parts(): readonly Part[] {
    return [this.goal];
  }

  formatForLlm(): TemplateRepresentation {
    const { goal, finalTool, tools } = this;
    return {
      obj: this,
      name: 'ReactGoal',
      args: { goal, finalTool, tools },
      template,
      templateOrder: ['*'],
    };
  }

  /** The text of the answer. */
  parseOutput(computed: ModelOutputThunk): string {
    return computed.value ?? '';
  }
}
