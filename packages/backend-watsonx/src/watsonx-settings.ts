import type { ChatFormatter } from '@melliflow/formatter';
import {
  checkClient,
  checkFormatter,
  checkKey,
  checkProviderSettings,
  holdsPassword,
  type ProviderSettings,
  wrongSetting,
} from '@melliflow/provider-kit';

/** What of the SDK's client the backend needs; `WatsonXAI` has it. */
export interface WatsonxClient {
  textChat(params: never): Promise<unknown>;
  textChatStream(params: never): Promise<unknown>;
  generateText(params: never): Promise<unknown>;
  deploymentsTextChat(params: never): Promise<unknown>;
  deploymentsTextChatStream(params: never): Promise<unknown>;
  deploymentGenerateText(params: never): Promise<unknown>;
}

/** Which model or deployment is asked, where, and how. */
export interface WatsonxSettings extends Omit<ProviderSettings, 'modelId' | 'fetch'> {
  /** The model, such as `ibm/granite-4-h-small`. May be left out where a deployment is given. */
  modelId?: string | undefined;
  /** The id or the name of a deployment, which is asked instead of a model. */
  deployment?: string | undefined;
  /** Where the service is, such as `https://us-south.ml.cloud.ibm.com`. Default: `WATSONX_AI_URL`. */
  baseURL?: string | undefined;
  /** A key, exchanged with IAM for a token when one is needed. Default: `WATSONX_AI_APIKEY`. */
  apiKey?: string | undefined;
  /** A token of your own, sent as it is. Default: `WATSONX_AI_BEARER_TOKEN`. */
  bearerToken?: string | undefined;
  /** Where IAM is. Default: `WATSONX_AI_AUTH_URL`, else `https://iam.cloud.ibm.com`. */
  iamUrl?: string | undefined;
  /** Whom IBM bills: this or a space. Default: `WATSONX_AI_PROJECT_ID`. */
  projectId?: string | undefined;
  /** Default: `WATSONX_AI_SPACE_ID`. */
  spaceId?: string | undefined;
  /** The date of the API's version. Default: the one that this package was written for. */
  version?: string | undefined;
  /** A client of the SDK of your own; then what concerns the connection is set there. */
  client?: WatsonxClient | undefined;
  /** Turns components into messages and prompts. Default: a `TemplateFormatter`. */
  formatter?: ChatFormatter | undefined;
}

const owner = 'WatsonxBackend';

/** What is asked, for whoever wants one name for it. */
export function modelOf({ modelId, deployment }: WatsonxSettings): string {
  return modelId ?? deployment ?? '';
}

/** @throws TypeError that names the setting, what it got and what it takes. */
export function checkSettings(settings: WatsonxSettings): void {
  const { modelId, deployment, iamUrl, version, apiKey, bearerToken, formatter } = settings ?? {};
  if (modelId === undefined && deployment !== undefined) checkText('deployment', deployment);
  checkProviderSettings(owner, settings && { ...settings, modelId: (modelId ?? deployment) as string });
  if ((settings as { fetch?: unknown }).fetch !== undefined) {
    const instead = 'give a client (new WatsonXAI(…)) with agents or interceptors instead';
    throw new TypeError(`${owner}: fetch cannot be used, since the SDK does not; ${instead}.`);
  }
  if (iamUrl !== undefined && !(/^https?:\/\//i.test(iamUrl) && URL.canParse(iamUrl))) {
    throw wrongSetting(owner, 'iamUrl', 'an absolute http or https URL', iamUrl);
  }
  if (iamUrl !== undefined && holdsPassword(iamUrl)) {
    throw new TypeError(`${owner}: iamUrl must hold no user and password; give apiKey.`);
  }
  if (version !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(version)) {
    throw wrongSetting(owner, 'version', "a date such as '2026-08-05'", version);
  }
  for (const name of ['deployment', 'projectId', 'spaceId'] as const) checkText(name, settings[name]);
  onlyOne(settings, 'projectId', 'spaceId');
  onlyOne(settings, 'apiKey', 'bearerToken');
  checkKey(owner, 'apiKey', apiKey);
  checkKey(owner, 'bearerToken', bearerToken);
  checkFormatter(owner, formatter);
  checkClient(owner, settings, {
    must: 'a client of the SDK (new WatsonXAI(…))',
    fits: (client) => typeof (client as Partial<WatsonxClient> | null)?.textChat === 'function',
    idle: ['baseURL', 'apiKey', 'bearerToken', 'iamUrl', 'version'],
  });
}

function checkText(name: string, value: unknown): void {
  if (value === undefined || (typeof value === 'string' && value !== '')) return;
  throw wrongSetting(owner, name, 'a text', value);
}

function onlyOne(settings: WatsonxSettings, one: keyof WatsonxSettings, other: keyof WatsonxSettings): void {
  if (settings[one] === undefined || settings[other] === undefined) return;
  throw new TypeError(`${owner}: give ${one} or ${other}, not both.`);
}
