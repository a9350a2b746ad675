/**
 * What is measured, and what it may cost. Each case runs its ways in fresh processes, one of each a round; a budget
 * compares two ways within a round, or looks at one.
 */

/** A way is a peer, or how a worker does its work. `figures` is what the table shows of it. */
const openai = ['fetch', 'openai-sdk', 'openai', 'ai-sdk', 'langchain'];
const providers = ['openai', 'ollama', 'hf', 'watsonx'];
const others = ['ollama', 'hf', 'watsonx'];
const sdkAndOurs = others.flatMap((name) => [`${name}-sdk`, name]);
const validated = (name) => `${name}-validated`;

/** The bare SDK that a way stands on, or is compared with. */
const sdkOf = (way) => {
  const [provider] = way.split('-');
  return others.includes(provider) ? `${provider}-sdk` : 'openai-sdk';
};

const withinSdk = (names, figure, limit, way = (name) => name) =>
  names.map((name) => ({ way: way(name), to: `${name}-sdk`, figure, limit }));

const stream = (count, rounds) => ({
  title: `One stream of ${count.toLocaleString('en')} tokens, 32 in a write`,
  worker: 'stream',
  sizes: { count, perWrite: 32, streams: 1, warmUp: [8000, 8000] },
  ways: [...openai, validated('openai'), ...others.flatMap((name) => [`${name}-sdk`, name, validated(name)])],
  baseline: sdkOf,
  figures: { cpuUs: 'CPU µs per token', peakMb: 'peak memory MB' },
  rounds,
  budgets: [
    { way: 'openai', to: 'openai-sdk', figure: 'cpuUs', limit: 0.7 },
    { way: 'openai-validated', to: 'openai-sdk', figure: 'cpuUs', limit: 0.9 },
    { way: 'openai', to: 'ai-sdk', figure: 'cpuUs', limit: 0.25 },
    { way: 'openai-validated', to: 'ai-sdk', figure: 'cpuUs', limit: 0.25 },
    ...withinSdk(others, 'cpuUs', 1.2),
    ...withinSdk(others, 'cpuUs', 1.5, validated),
  ],
});

const chunker = (unit, kind, what) => ({
  title: `${what} out of 1,000,000 characters`,
  worker: 'chunkers',
  sizes: { unit, kind, characters: 1_000_000 },
  ways: ['one-pass', 'chunker'],
  baseline: () => 'one-pass',
  figures: { cpuMs: 'CPU ms' },
  rounds: 9,
  budgets: [{ way: 'chunker', to: 'one-pass', figure: 'cpuMs', limit: 1.5 }],
});

export const cases = {
  calls: {
    title: 'Short calls, not streamed',
    worker: 'calls',
    sizes: { calls: 800, warmUp: 400 },
    ways: [...openai, ...sdkAndOurs],
    baseline: sdkOf,
    figures: { cpuUs: 'CPU µs per call', wallUs: 'µs per call' },
    rounds: 9,
    budgets: withinSdk(providers, 'cpuUs', 1.15),
  },
  settled: {
    title: 'The same in a process that has made 3,000 calls before',
    worker: 'calls',
    sizes: { calls: 800, warmUp: 3000 },
    ways: ['openai-sdk', 'openai', ...sdkAndOurs],
    baseline: sdkOf,
    figures: { cpuUs: 'CPU µs per call', wallUs: 'µs per call' },
    rounds: 6,
    budgets: withinSdk(providers, 'cpuUs', 1.15),
  },
  stream: stream(20_000, 9),
  long: stream(80_000, 6),
  many: {
    title: '500 streams of 200 tokens at once, a token in a write',
    worker: 'stream',
    sizes: { count: 200, perWrite: 1, streams: 500, warmUp: [200, 200, 200, 200] },
    ways: [...openai, ...sdkAndOurs],
    baseline: sdkOf,
    figures: { cpuMs: 'CPU ms', peakMb: 'peak memory MB' },
    rounds: 7,
    budgets: [...withinSdk(providers, 'cpuMs', 1.15), ...withinSdk(providers, 'peakMb', 1.1)],
  },
  latency: {
    title: 'First token, and from a cancel to the socket’s end',
    worker: 'latency',
    sizes: { shots: 20, warmUp: 5 },
    ways: [...openai, ...sdkAndOurs],
    baseline: sdkOf,
    figures: { firstMs: 'first token ms', closeMs: 'closed after ms' },
    rounds: 6,
    budgets: providers.flatMap((name) => [
      { way: name, to: `${name}-sdk`, figure: 'firstMs', by: 'difference', limit: 0.5 },
      { way: name, to: `${name}-sdk`, figure: 'closeMs', by: 'difference', limit: 1 },
    ]),
  },
  import: {
    title: 'Import in a fresh process',
    worker: 'import',
    sizes: {},
    ways: [
      'nothing',
      ...providers.map((name) => `@melliflow/backend-${name}`),
      '@melliflow/stdlib',
      'openai',
      'ai',
      '@langchain/openai',
    ],
    labels: {
      nothing: 'an empty module',
      openai: 'openai SDK',
      ai: 'AI SDK, without a provider',
      '@langchain/openai': 'LangChain.js',
    },
    baseline: () => 'nothing',
    figures: { wallMs: 'ms', cpuMs: 'CPU ms' },
    rounds: 15,
    budgets: [
      ...providers.map((name) => ({
        way: `@melliflow/backend-${name}`,
        to: 'nothing',
        figure: 'wallMs',
        by: 'difference',
        limit: 15,
      })),
      { way: '@melliflow/stdlib', to: 'nothing', figure: 'wallMs', by: 'difference', limit: 40 },
    ],
  },
  bundle: {
    title: '“Generate one text”, bundled and minified',
    worker: 'bundle',
    sizes: {},
    ways: ['openai-sdk', 'melliflow', 'ai-sdk', 'langchain'],
    baseline: () => 'openai-sdk',
    figures: { kb: 'KB', gzipKb: 'KB gzipped', startKb: 'KB at the start, if split' },
    rounds: 1,
    budgets: [{ way: 'melliflow', to: 'openai-sdk', figure: 'kb', by: 'difference', limit: 25 }],
  },
  prose: chunker('sentence', 'prose', 'Sentences'),
  boundless: chunker('sentence', 'boundless', 'One sentence'),
  words: chunker('word', 'prose', 'Words'),
  wordless: chunker('word', 'wordless', 'One word'),
  paragraphs: chunker('paragraph', 'paragraphs', 'Paragraphs'),
  paragraph: chunker('paragraph', 'prose', 'One paragraph'),
  json: {
    title: 'A partial value after each delta of 300 KB of JSON, from the socket on',
    worker: 'partial-json',
    sizes: { bytes: 300_000 },
    ways: ['one-pass', 'partials'],
    baseline: () => 'one-pass',
    figures: { cpuMs: 'CPU ms', growthMb: 'memory MB' },
    rounds: 7,
    budgets: [
      { way: 'partials', to: 'one-pass', figure: 'cpuMs', limit: 1.5 },
      { way: 'partials', to: 'one-pass', figure: 'growthMb', by: 'difference', limit: 10 },
    ],
  },
  structures: {
    title: 'The walk over 1,000,000 nodes; contexts of 1,000,000 entries',
    worker: 'structures',
    sizes: { nodes: 1_000_000 },
    ways: ['walk', 'walk-deep', 'context-add', 'context-list'],
    figures: { wallMs: 'ms', growth: '× ten of a tenth' },
    rounds: 6,
    budgets: [
      { way: 'walk', figure: 'wallMs', limit: 500 },
      { way: 'walk-deep', figure: 'wallMs', limit: 500 },
      { way: 'context-add', figure: 'growth', limit: 1.5 },
      { way: 'context-list', figure: 'growth', limit: 1.5 },
    ],
  },
  raw: {
    title: '10,000 prompts through one generateFromRaw, at most 8 calls at once',
    worker: 'raw-batch',
    nodeOptions: ['--expose-gc'],
    sizes: { prompts: 10_000, limit: 8 },
    ways: ['openai'],
    figures: {
      requests: 'requests at once',
      cpuUs: 'CPU µs per prompt',
      keptKb: 'KB kept per prompt',
      early: 'of that after a tenth',
      left: 'left without the results',
    },
    rounds: 6,
    budgets: [
      { way: 'openai', figure: 'requests', limit: 8 },
      { way: 'openai', figure: 'early', limit: 0.2 },
      { way: 'openai', figure: 'left', limit: 0.1 },
    ],
  },
};
