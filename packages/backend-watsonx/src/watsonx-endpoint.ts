import { InvalidRequestError } from '@melliflow/core';
import { holdsPassword } from '@melliflow/provider-kit';
import { watsonxVariable } from './watsonx-environment.js';
import { modelOf, type WatsonxSettings } from './watsonx-settings.js';

/** Whom IBM bills, as the SDK is told it. */
export interface WatsonxAccount {
  readonly projectId?: string | undefined;
  readonly spaceId?: string | undefined;
}

/** Who is asked: a deployment, which knows its model and its project, or a model on somebody's account. */
export interface WatsonxAddressee {
  readonly model: string;
  readonly isDeployment: boolean;
  /** What a request says of it. */
  readonly names: Readonly<Record<string, unknown>>;
}

/** What a client of the SDK was made with; its types hide some of it. */
interface ClientInside {
  readonly projectId?: string | undefined;
  readonly spaceId?: string | undefined;
}

/**
 * Where the service is. There is no default: the SDK would ask Dallas, where most projects are not.
 *
 * @throws InvalidRequestError (`invalid_request`) when neither settings nor environment say it.
 */
export function serviceUrlOf(settings: WatsonxSettings): string {
  const url = settings.baseURL ?? watsonxVariable('URL');
  if (url === undefined) {
    const such = 'such as https://us-south.ml.cloud.ibm.com';
    throw invalid(settings, `there is no address. Give baseURL, ${such}, or set WATSONX_AI_URL.`);
  }
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw invalid(settings, 'WATSONX_AI_URL must be an absolute http or https URL.');
  }
  if (holdsPassword(url)) {
    throw invalid(settings, 'WATSONX_AI_URL must hold no user and password; give apiKey or bearerToken.');
  }
  return url;
}

/**
 * The project or the space; neither where a given client has its own, since what a call says goes over it.
 *
 * @throws InvalidRequestError (`invalid_request`) when there is none, or when the environment has both.
 */
export function accountOf(settings: WatsonxSettings): WatsonxAccount {
  const { projectId, spaceId, client } = settings;
  if (projectId !== undefined) return { projectId };
  if (spaceId !== undefined) return { spaceId };
  const own = client as ClientInside | undefined;
  if (own?.projectId ?? own?.spaceId) return {};
  const [project, space] = [watsonxVariable('PROJECT_ID'), watsonxVariable('SPACE_ID')];
  if (project !== undefined && space !== undefined) {
    throw invalid(settings, 'WATSONX_AI_PROJECT_ID and WATSONX_AI_SPACE_ID are both set; give one of them.');
  }
  if (project !== undefined) return { projectId: project };
  if (space !== undefined) return { spaceId: space };
  const variables = 'WATSONX_AI_PROJECT_ID or WATSONX_AI_SPACE_ID';
  throw invalid(settings, `there is no project. Give projectId or spaceId, or set ${variables}.`);
}

/** @throws InvalidRequestError (`invalid_request`) when the account of a model is not known. */
export function addresseeOf(settings: WatsonxSettings): WatsonxAddressee {
  const { deployment, modelId } = settings;
  const isDeployment = deployment !== undefined;
  const names = isDeployment ? { idOrName: deployment } : { modelId, ...accountOf(settings) };
  return { model: modelOf(settings), isDeployment, names };
}

function invalid(settings: WatsonxSettings, what: string): InvalidRequestError {
  return new InvalidRequestError(`watsonx: ${what}`, { provider: 'watsonx', model: modelOf(settings) });
}
