/** How an instruction is worded; replace it under the name `Instruction`. Sections are parted by an empty line. */
export const instructionTemplate: string = String.raw`
{{- description }}
{%- set gap = '\n\n' if description else '' %}
{%- if groundingContext %}
{{ gap }}Use this context:
{%- for name, text in groundingContext | items %}


[{{ name }}]
{{ text }}
{%- endfor %}
{%- set gap = '\n\n' %}
{%- endif %}
{%- if examples %}
{{ gap }}Examples of good answers:
{%- for example in examples %}


Example {{ loop.index }}:
{{ example }}
{%- endfor %}
{%- set gap = '\n\n' %}
{%- endif %}
{%- if requirements or prefix %}
{{ gap }}Requirements:
{%- for requirement in requirements %}

- {{ requirement }}
{%- endfor %}
{%- if prefix %}

- start with '{{ prefix }}'
{%- endif %}
{%- set gap = '\n\n' %}
{%- endif %}
{%- if repair %}
{{ gap }}An earlier answer was not good enough. Do better here:
{{ repair }}
{%- endif %}
`;
