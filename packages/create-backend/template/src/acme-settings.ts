import type { ChatFormatter } from '@melliflow/formatter';
import {
  checkFormatter,
  checkKey,
  checkProviderSettings,
  type ProviderSettings,
} from '@melliflow/provider-kit';

/** Which model is asked, where, and how. */
export interface AcmeSettings extends ProviderSettings {
  /** The key. Default: `ACME_API_KEY`, which goes to Acme's own address and to no other. */
  apiKey?: string | undefined;
  /** Turns components into messages. Default: a `TemplateFormatter`. */
  formatter?: ChatFormatter | undefined;
}

/** @throws TypeError that names the setting, what it got and what it takes. */
export function checkSettings(settings: AcmeSettings): void {
  checkProviderSettings('AcmeBackend', settings);
  checkKey('AcmeBackend', 'apiKey', settings.apiKey);
  checkFormatter('AcmeBackend', settings.formatter);
}
