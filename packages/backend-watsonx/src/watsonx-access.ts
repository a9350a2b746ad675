import { exchange } from './watsonx-client.js';
import { credentialsOf, type KeyCredentials } from './watsonx-credentials.js';
import type { TokenSource } from './watsonx-requests.js';
import type { WatsonxSettings } from './watsonx-settings.js';
import { WatsonxTokens } from './watsonx-tokens.js';

/** What allows the requests of a backend: whatever its settings and, at that moment, the environment give. */
export class WatsonxAccess implements TokenSource {
  readonly settings: WatsonxSettings;
  /** The tokens of the key that was used last. */
  iam: { readonly of: KeyCredentials; readonly tokens: WatsonxTokens } | null = null;

  constructor(settings: WatsonxSettings) {
    this.settings = settings;
  }

  /** The last tokens that IAM gave, which errors must not show. */
  get secrets(): readonly string[] {
    return this.iam?.tokens.secrets ?? [];
  }

  /** @throws AuthenticationError (`authentication`) when there are no credentials for IBM. */
  async get(signal: AbortSignal): Promise<{ token: string; isOld: boolean } | null> {
    if (this.settings.client) return null;
    const credentials = credentialsOf(this.settings);
    if (credentials === null) return null;
    if ('bearerToken' in credentials) return { token: credentials.bearerToken, isOld: false };
    return this.tokensOf(credentials).get(signal);
  }

  forget(token: string): void {
    this.iam?.tokens.forget(token);
  }

  /** @internal */
  tokensOf(key: KeyCredentials): WatsonxTokens {
    const { iam } = this;
    if (iam?.of.apiKey === key.apiKey && iam.of.iamUrl === key.iamUrl) return iam.tokens;
    const tokens = new WatsonxTokens((signal) => exchange(key, signal));
    this.iam = { of: key, tokens };
    return tokens;
  }
}
