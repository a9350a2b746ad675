/** What the conventions call providers that we call otherwise. */
const wellKnown: Readonly<Record<string, string>> = {
  watsonx: 'ibm.watsonx.ai',
};

/** `gen_ai.provider.name`. */
export function providerName(provider: string | null): string {
  return wellKnown[provider ?? ''] ?? provider ?? 'unknown';
}
