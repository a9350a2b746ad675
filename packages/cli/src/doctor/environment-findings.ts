import { holdsPassword } from '@melliflow/provider-kit';
import {
  type Environment,
  endpointOf,
  firstSet,
  type ProviderVariables,
  providers,
  shownAddress,
  variable,
} from './endpoints.js';
import { ollamaHost } from './ollama-host.js';
import { type DoctorFinding, type DoctorVariable, findingsOf } from './report.js';

const find = findingsOf('environment');

const proxies = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];

/** The variables that are set, and where requests go by them; never a value. */
export function variablesOf(env: Environment): DoctorVariable[] {
  return providers.flatMap((one) => {
    const { addresses, keys, keyEndpoint, others } = one;
    const endpoint = shownEndpoint(one, env);
    const isSet = (name: string): boolean => variable(env, name) !== undefined;
    return [
      ...keys.filter(isSet).map((name) => ({ name, endpoint: keyEndpoint ?? endpoint })),
      ...[...addresses, ...others].filter(isSet).map((name) => ({ name, endpoint })),
    ];
  });
}

/** What the environment says, and what of it cannot be. */
export function environmentFindings(
  env: Environment,
  backends: ReadonlySet<string>,
  nodeVersion: string,
): DoctorFinding[] {
  return [
    ...variablesOf(env).map(({ name, endpoint }) =>
      find.ok('variable.set', name, endpoint === null ? 'is set' : `goes to ${endpoint}`),
    ),
    ...providers.flatMap((one) => [...addressFaults(one, env), ...keyNotes(one, env, backends)]),
    ...accountFaults(env),
    ...networkFindings(env, nodeVersion),
  ];
}

function shownEndpoint(one: ProviderVariables, env: Environment): string | null {
  const endpoint = one.provider === 'ollama' ? ollamaHost(env) : endpointOf(one, env);
  return endpoint === null ? null : shownAddress(endpoint);
}

function addressFaults(one: ProviderVariables, env: Environment): DoctorFinding[] {
  const name = firstSet(env, one.addresses);
  if (name === undefined) return [];
  const address = one.provider === 'ollama' ? ollamaHost(env) : endpointOf(one, env);
  const fix = `export ${name}=${one.usual ?? 'https://us-south.ml.cloud.ibm.com'}`;
  if (address === null || shownAddress(address) === null) {
    return [find.problem('variable.address', name, 'It is no http or https address.', fix)];
  }
  if (one.provider === 'ollama' && /\/(v1|api)$/.test(address)) {
    const message = 'It must be the server itself, without /v1 or /api.';
    return [find.problem('variable.address', name, message, fix)];
  }
  if (!holdsPassword(address)) return [];
  const message = 'It holds a user or a password, which a backend refuses; a key has a variable of its own.';
  return [find.problem('variable.password', name, message, fix)];
}

/** A backend that is installed and finds no key may be given one by the program. */
function keyNotes(one: ProviderVariables, env: Environment, backends: ReadonlySet<string>): DoctorFinding[] {
  const { provider, keys, addresses } = one;
  const [usual = ''] = keys;
  if (provider === 'ollama' || !backends.has(`@melliflow/backend-${provider}`)) return [];
  if (firstSet(env, keys) !== undefined || firstSet(env, addresses) !== undefined) return [];
  const message = `No key for ${provider} is in the environment; without it a program gives apiKey, unless its server wants none.`;
  return [find.note('variable.no_key', usual, message, `export ${usual}=…`)];
}

function accountFaults(env: Environment): DoctorFinding[] {
  const project = firstSet(env, ['WATSONX_AI_PROJECT_ID', 'WATSONX_PROJECT_ID']);
  const space = firstSet(env, ['WATSONX_AI_SPACE_ID', 'WATSONX_SPACE_ID']);
  if (project === undefined || space === undefined) return [];
  const message = `${project} and ${space} are both set; IBM bills one of them.`;
  return [find.problem('variable.both', project, message, `unset ${space}`)];
}

/** What stands between a program and a server. */
function networkFindings(env: Environment, nodeVersion: string): DoctorFinding[] {
  const proxy = firstSet(env, proxies);
  const isUsed = variable(env, 'NODE_USE_ENV_PROXY') === '1' && knowsProxies(nodeVersion);
  const unused = 'Node takes it only with NODE_USE_ENV_PROXY=1, and from Node 22.21 or 24.0 on.';
  return [
    ...(proxy === undefined
      ? []
      : [
          isUsed
            ? find.ok('proxy.used', proxy, 'requests go through it')
            : find.note('proxy.unused', proxy, unused, 'export NODE_USE_ENV_PROXY=1'),
        ]),
    ...(variable(env, 'NODE_TLS_REJECT_UNAUTHORIZED') === '0'
      ? [
          find.problem(
            'tls.unchecked',
            'NODE_TLS_REJECT_UNAUTHORIZED',
            'Certificates are not checked, so that others can read keys and prompts.',
            'unset NODE_TLS_REJECT_UNAUTHORIZED',
          ),
        ]
      : []),
  ];
}

function knowsProxies(nodeVersion: string): boolean {
  const [major = 0, minor = 0] = nodeVersion.replace(/^v/, '').split('.').map(Number);
  return major >= 24 || (major === 22 && minor >= 21);
}
