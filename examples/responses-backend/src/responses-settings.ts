import type { ChatFormatter } from '@melliflow/formatter';
import {
  checkFormatter,
  checkKey,
  checkProviderSettings,
  type ProviderSettings,
} from '@melliflow/provider-kit';

/** Which model is asked, where, and how. */
export interface ResponsesSettings extends ProviderSettings {
  /** The key. Default: `OPENAI_API_KEY`, which goes to OpenAI's own address and to no other. */
  apiKey?: string | undefined;
  /** Turns components into messages. Default: a `TemplateFormatter`. */
  formatter?: ChatFormatter | undefined;
}

/** @throws TypeError that names the setting, what it got and what it takes. */
export function checkSettings(settings: ResponsesSettings): void {
  checkProviderSettings('ResponsesBackend', settings);
  checkKey('ResponsesBackend', 'apiKey', settings.apiKey);
  checkFormatter('ResponsesBackend', settings.formatter);
}
