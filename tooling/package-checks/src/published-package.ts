/** What is asked of one published package beyond what is asked of all. */
export interface PublishedPackage {
  /** Its folder in packages/. */
  readonly folder: string;
  /** The most that all its exports may weigh in a browser, minified and gzipped; absent: no limit. */
  readonly browserLimitBytes?: number | undefined;
  /**
   * Whether the trial project installs it. The engine of llamacpp is 85 MB, SDKs are exercised by their own tests; and
   * without a network npm cannot place the wrappers' cache, which is built from sources, nor a peer of somebody else's.
   */
  readonly isInstalled: boolean;
}

/** Every package that users install. */
export const publishedPackages: readonly PublishedPackage[] = [
  { folder: 'core', browserLimitBytes: 12_000, isInstalled: true },
  { folder: 'formatter', isInstalled: true },
  { folder: 'schema', isInstalled: true },
  { folder: 'provider-kit', isInstalled: true },
  { folder: 'openai-wire', isInstalled: true },
  { folder: 'streaming', isInstalled: true },
  { folder: 'plugins', isInstalled: true },
  { folder: 'backend-wrappers', isInstalled: false },
  { folder: 'telemetry', isInstalled: false },
  { folder: 'guardrails', isInstalled: true },
  { folder: 'stdlib', isInstalled: true },
  { folder: 'testing', isInstalled: true },
  { folder: 'backend-llamacpp', isInstalled: false },
  { folder: 'backend-openai', isInstalled: false },
  { folder: 'backend-ollama', isInstalled: false },
  { folder: 'backend-hf', isInstalled: false },
  { folder: 'backend-watsonx', isInstalled: false },
  { folder: 'backend-conformance', isInstalled: true },
  { folder: 'create-backend', isInstalled: true },
  { folder: 'model-tiny', isInstalled: true },
  { folder: 'tools-mcp', isInstalled: false },
  { folder: 'cli', isInstalled: true },
];
