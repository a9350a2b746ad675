import { type Environment, variable } from './endpoints.js';
import { ollamaHost } from './ollama-host.js';
import { type DoctorFinding, type DoctorServer, findingsOf } from './report.js';
import { lookAtServer, type ServerLook } from './server-look.js';

const find = findingsOf('servers');

const wires = { ollama: 'Ollama', tgi: 'TGI', openai: "OpenAI's wire" } as const;

/** Which servers are asked, and for how long. */
export interface ServerQuestions {
  readonly urls: readonly string[];
  readonly env: Environment;
  /** For each request. */
  readonly timeoutMs: number;
  /** Whether the project has the backend of Ollama, so that its server is missed. */
  readonly wantsOllama: boolean;
}

/** Asks Ollama's usual address and the ones that were given, all at once. */
export async function lookAtServers(
  questions: ServerQuestions,
): Promise<{ readonly servers: readonly DoctorServer[]; readonly findings: readonly DoctorFinding[] }> {
  const { urls, env, timeoutMs } = questions;
  const ollama = ollamaHost(env);
  const [ofOllama, ...given] = await Promise.all([
    ollama === null ? null : lookAtServer(ollama, env, timeoutMs),
    ...urls.map((url) => lookAtServer(url, env, timeoutMs)),
  ]);
  const asked = given.filter((one) => one !== null);
  return {
    servers: [...(ofOllama?.answered ? [ofOllama] : []), ...asked].map(publicPart),
    findings: [...(ofOllama ? aboutOllama(ofOllama, questions) : []), ...asked.map(aboutGiven)],
  };
}

function publicPart({ url, kind, models, modelCount }: ServerLook): DoctorServer {
  return { url, kind, models, modelCount };
}

/** That no Ollama runs is a problem only for who named its address, and no news to who has no backend for it. */
function aboutOllama(look: ServerLook, { env, wantsOllama }: ServerQuestions): DoctorFinding[] {
  const { url, kind, modelCount, why } = look;
  if (kind === 'ollama') {
    return modelCount > 0
      ? [aboutModels(look)]
      : [find.note('server.no_models', url, 'Ollama has no model yet.', 'ollama pull granite4:micro')];
  }
  const message =
    kind === null ? `No Ollama server: ${why}.` : `It is another server than Ollama (${wires[kind]}).`;
  const isNamed = variable(env, 'OLLAMA_HOST') !== undefined;
  if (isNamed) return [find.problem('server.unreachable', url, message, 'ollama serve')];
  return wantsOllama ? [find.note('server.unreachable', url, message, 'ollama serve')] : [];
}

function aboutGiven(look: ServerLook): DoctorFinding {
  const { url, baseURL, kind, modelCount, why, answered, refused, sentKey } = look;
  if (kind !== null) {
    return modelCount > 0 ? aboutModels(look) : find.note('server.no_models', url, 'It has no model.');
  }
  if (refused && sentKey !== null) {
    return find.problem(
      'server.key_refused',
      url,
      `It refuses the key of ${sentKey}.`,
      `export ${sentKey}=…`,
    );
  }
  if (refused) {
    const message = 'It wants a key. One of the environment goes only where the environment says.';
    return find.note('server.wants_key', url, message, `export OPENAI_BASE_URL=${baseURL}`);
  }
  if (answered) {
    const message = `It speaks no wire that we know: ${why}.`;
    const usual = `${new URL(url).origin}/v1`;
    return find.problem(
      'server.unknown',
      url,
      message,
      usual === baseURL ? null : `melliflow doctor --url ${usual}`,
    );
  }
  return find.problem('server.unreachable', url, `It cannot be asked: ${why}.`, `curl -i ${baseURL}/models`);
}

function aboutModels({ url, kind, models, modelCount }: ServerLook): DoctorFinding {
  const more = modelCount > models.length ? ` and ${modelCount - models.length} more` : '';
  return find.ok('server.models', url, `${wires[kind ?? 'openai']}: ${models.join(', ')}${more}`);
}
