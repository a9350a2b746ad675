/** What a package may need at run time. Names of packages, subpaths included; everything not listed is forbidden. */
export interface Arrows {
  readonly imports: readonly string[];
  /** `anywhere`: browsers, Deno, Bun and edge runtimes too, so no module of Node. */
  readonly runsOn: 'anywhere' | 'node';
  /** The folder of an entry point for Node alone, in a package that runs anywhere otherwise. */
  readonly nodeEntry?: string | undefined;
  /** Backends are loaded by a name that the user gave: `import()` of a computed name is allowed. */
  readonly loadsByName?: boolean | undefined;
  /** The vendor's library, which only `<provider>-client.ts` imports as a value. */
  readonly sdk?: string | undefined;
}

const core = '@melliflow/core';
const formatter = '@melliflow/formatter';
const schema = '@melliflow/schema';
const kit = '@melliflow/provider-kit';
const wire = '@melliflow/openai-wire';
const streaming = '@melliflow/streaming';
const guardrails = '@melliflow/guardrails';
const plugins = '@melliflow/plugins';
const stdlib = '@melliflow/stdlib';
const llamacpp = '@melliflow/backend-llamacpp';
const openai = '@melliflow/backend-openai';
const ollama = '@melliflow/backend-ollama';
const hf = '@melliflow/backend-hf';
const watsonx = '@melliflow/backend-watsonx';
const conformance = '@melliflow/backend-conformance';
const tiny = '@melliflow/model-tiny';

const backend = (sdk: string): Arrows => ({
  imports: [core, formatter, schema, kit, wire, sdk],
  runsOn: 'node',
  sdk,
});

/** The arrows between packages, by folder. A new package gets its row here first. */
export const packageArrows: Readonly<Record<string, Arrows>> = {
  core: { imports: [], runsOn: 'anywhere' },
  formatter: { imports: [core, '@huggingface/jinja'], runsOn: 'anywhere' },
  schema: { imports: [core, 'ajv', 'ajv-formats'], runsOn: 'anywhere' },
  'provider-kit': { imports: [core, 'eventsource-parser'], runsOn: 'anywhere' },
  'openai-wire': { imports: [core, kit], runsOn: 'anywhere' },
  streaming: { imports: [core], runsOn: 'anywhere' },
  plugins: { imports: [core], runsOn: 'anywhere' },
  'backend-wrappers': { imports: [core, 'lru-cache'], runsOn: 'anywhere' },
  telemetry: { imports: [core, plugins, '@opentelemetry/api'], runsOn: 'anywhere' },
  guardrails: { imports: [core, schema, 'eld'], runsOn: 'anywhere' },
  testing: { imports: [core], runsOn: 'anywhere', nodeEntry: 'cassettes' },
  stdlib: {
    imports: [core, streaming, plugins, formatter, schema, 'eld', 'fraction.js', 'js-rouge', 'marked'],
    runsOn: 'anywhere',
    loadsByName: true,
  },
  'backend-llamacpp': backend('node-llama-cpp'),
  'backend-openai': backend('openai'),
  'backend-ollama': backend('ollama'),
  'backend-hf': backend('@huggingface/inference'),
  'backend-watsonx': backend('@ibm-cloud/watsonx-ai'),
  'backend-conformance': { imports: [core], runsOn: 'node' },
  'create-backend': { imports: [], runsOn: 'node' },
  'model-tiny': { imports: [], runsOn: 'node' },
  'tools-mcp': { imports: [core, stdlib, '@modelcontextprotocol/sdk'], runsOn: 'node' },
  cli: {
    imports: [
      core,
      formatter,
      kit,
      schema,
      streaming,
      guardrails,
      plugins,
      stdlib,
      llamacpp,
      openai,
      ollama,
      hf,
      watsonx,
      conformance,
      tiny,
      'commander',
      'semver',
    ],
    runsOn: 'node',
    loadsByName: true,
  },
};

/**
 * The folders of core in the order of their arrows: run-time imports go to the same row or to one above.
 * Types may look ahead, because the contract's types know one another (a component parses a thunk, a thunk is a part).
 */
export const coreFolders: readonly (readonly string[])[] = [
  ['errors', 'internal', 'logger'],
  ['content', 'tool'],
  ['thunk'],
  ['context'],
  ['hooks'],
  ['requirement', 'formatter'],
  ['backend'],
  ['sampling'],
  ['implement'],
];
