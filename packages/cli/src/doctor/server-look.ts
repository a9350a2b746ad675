import { type Answer, askJson } from './ask-json.js';
import { type Environment, keyFor, shownAddress } from './endpoints.js';
import type { DoctorServer } from './report.js';

/** So many models are named; the rest is a number. */
const NAMED_MODELS = 5;

const LONGEST_NAME = 80;

/** What came of asking one server. */
export interface ServerLook extends DoctorServer {
  /** Where the wire of OpenAI is spoken: what a backend takes as its `baseURL`. */
  readonly baseURL: string;
  /** Why nothing is known of it; null where something is. */
  readonly why: string | null;
  /** Whether it answered at all. */
  readonly answered: boolean;
  /** Whether it wants a key, or refuses the one that it was sent. */
  readonly refused: boolean;
  /** The variable whose key it was sent. */
  readonly sentKey: string | null;
}

/** How an address was asked in three ways. */
interface Answers {
  readonly tags: Answer;
  readonly info: Answer;
  readonly list: Answer;
}

/**
 * Asks what a server is and which models it has, on the wires of Ollama, TGI and OpenAI at once. A key of the
 * environment goes along only where a backend would send it.
 */
export async function lookAtServer(
  address: string,
  env: Environment,
  timeoutMs: number,
): Promise<ServerLook> {
  const url = shownAddress(address) ?? address;
  const isVersioned = /\/v\d+$/.test(url);
  const server = isVersioned ? url.replace(/\/v\d+$/, '') : url;
  const baseURL = isVersioned ? url : `${url}/v1`;
  const key = keyFor(baseURL, env);
  const [tags, info, list] = await Promise.all([
    askJson(`${server}/api/tags`, { timeoutMs }),
    askJson(`${server}/info`, { timeoutMs }),
    askJson(`${baseURL}/models`, { timeoutMs, key: key?.value }),
  ]);
  const found = identify({ tags, info, list });
  const names = found?.names ?? [];
  // Before names are cut: half a key could not be found any more.
  const withoutKey = (name: string): string => (key ? name.replaceAll(key.value, '[hidden]') : name);
  return {
    url,
    baseURL,
    kind: found?.kind ?? null,
    models: names.slice(0, NAMED_MODELS).map(withoutKey).map(shortName),
    modelCount: names.length,
    answered: [tags, info, list].some(({ kind }) => kind !== 'none'),
    refused: found === null && list.kind === 'other' && (list.status === 401 || list.status === 403),
    why: found || list.kind === 'json' ? (found ? null : 'its answer lists no models') : list.why,
    sentKey: key?.name ?? null,
  };
}

/** Ollama and TGI speak OpenAI's wire too, so what is theirs alone counts first. */
function identify({ tags, info, list }: Answers): { kind: DoctorServer['kind']; names: string[] } | null {
  const tagged = namesIn(member(tags, 'models'), 'name');
  if (tagged) return { kind: 'ollama', names: tagged };
  const ofTgi = member(info, 'model_id');
  if (typeof ofTgi === 'string') return { kind: 'tgi', names: [ofTgi] };
  const listed = namesIn(member(list, 'data'), 'id');
  return listed && { kind: 'openai', names: listed };
}

function member(answer: Answer, name: string): unknown {
  const value = answer.kind === 'json' ? answer.value : null;
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** The names in a list; null where there is none. */
function namesIn(list: unknown, name: string): string[] | null {
  if (!Array.isArray(list)) return null;
  return list
    .map((one: unknown) => (one as Record<string, unknown> | null)?.[name])
    .filter((one) => typeof one === 'string');
}

function shortName(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
}
