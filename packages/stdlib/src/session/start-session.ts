import type { Backend, Context, ModelOptions, SessionPreInitPayload } from '@melliflow/core';
import { describe, log, newId, supportedBackend } from '@melliflow/core/implement';
import type { Pluggables } from '@melliflow/plugins';
import { ChatContext } from '../contexts/chat-context.js';
import { SimpleContext } from '../contexts/simple-context.js';
import { type BackendName, type BackendSettings, loadBackend } from './load-backend.js';
import { Session } from './session.js';
import { SessionHome } from './session-home.js';
import { tell } from './session-hooks.js';

/** Who answers in a session, and what it remembers. Beside a backend's name go the settings of that backend. */
export interface StartSessionOptions {
  /** A backend, or the name of one: `@melliflow/backend-<name>` is loaded then. Default `ollama`. */
  backend?: Backend | BackendName | undefined;
  /** Default: `granite4:micro` for ollama, the model of `@melliflow/model-tiny` for llamacpp; others need one. */
  modelId?: string | undefined;
  /** The past to begin with; instead of `contextType`. */
  ctx?: Context | undefined;
  /** `simple`: every call stands alone. `chat`: the model sees what was said before. Default `simple`. */
  contextType?: 'simple' | 'chat' | undefined;
  /** Options of every call; a call's own win. */
  modelOptions?: ModelOptions | undefined;
  /** Hooks, plugins and sets that are told of what this session and its clones do, and of nothing else. */
  plugins?: Pluggables | undefined;
  readonly [backendSetting: string]: unknown;
}

/**
 * Starts a session. End it with `cleanup()`, or let `await using` do that.
 *
 * @throws NotInstalledError (`not_installed`) with the command that installs the backend.
 * @throws TypeError when a setting is missing, or not what it must be; it says which.
 * @throws UnsupportedFeatureError (`unsupported_feature`) when the backend is of a contract that this core does not know.
 * @throws PluginViolationError (`plugin_violation`) when a plugin blocks it; what was made by then is freed.
 *
 * @example
 * await using m = await startSession({ backend: 'openai', modelId: 'gpt-5-mini', contextType: 'chat' });
 */
export async function startSession(options: StartSessionOptions = {}): Promise<Session> {
  const {
    backend: who = 'ollama',
    modelId = null,
    modelOptions = {},
    ctx,
    contextType,
    plugins,
    ...settings
  } = options;
  const past = pastOf(ctx, contextType);
  const given = typeof who === 'string' ? null : checkedBackend(who, options);
  const home = new SessionHome(newId(), plugins);
  const facts = given
    ? { backendName: given.provider, modelId: given.modelId, modelOptions }
    : { backendName: who as string, modelId, modelOptions };
  try {
    return await home.runInScope(async () => {
      const left = await tell({ id: home.sessionId, backend: given }, 'session_pre_init', facts);
      const session = given
        ? new Session({
            backend: sameModel(given, left),
            ctx: past,
            modelOptions: left.modelOptions,
            _home: home,
          })
        : await sessionByName(who as BackendName, past, home, {
            ...settings,
            modelId: left.modelId ?? undefined,
            modelOptions: left.modelOptions,
          });
      const { id: sessionId, backend } = session;
      await tell(session, 'session_post_init', { sessionId, modelId: backend.modelId, context: session.ctx });
      return session;
    });
  } catch (error) {
    await home.leave().catch((failure) => log('error', 'A backend was not freed.', { error: failure }));
    throw error;
  }
}

/** A session whose backend is its own, so that it frees it. */
async function sessionByName(
  name: BackendName,
  ctx: Context,
  home: SessionHome,
  settings: BackendSettings,
): Promise<Session> {
  const backend = await loadBackend(name, settings);
  home.own(backend);
  return new Session({ backend, ctx, _home: home });
}

/** @throws TypeError when a plugin chose another model for a backend that has one already. */
function sameModel(given: Backend, { modelId }: SessionPreInitPayload): Backend {
  if (modelId === given.modelId) return given;
  throw new TypeError(
    `A plugin changed modelId to ${describe(modelId)} in session_pre_init, but the backend that was given has its ` +
      'model already: start the session by the name of a backend, or let the plugin block.',
  );
}

const contexts = { simple: SimpleContext, chat: ChatContext };

function pastOf(ctx: Context | undefined, contextType: 'simple' | 'chat' | undefined): Context {
  if (ctx !== undefined) return checkedContext(ctx, contextType);
  if (contextType === undefined) return new SimpleContext();
  if (!Object.hasOwn(contexts, contextType)) {
    throw new TypeError(
      `startSession: contextType must be 'simple' or 'chat', got ${describe(contextType)}.`,
    );
  }
  return new contexts[contextType]();
}

function checkedContext(ctx: Context, contextType: unknown): Context {
  if (typeof ctx?.viewForGeneration !== 'function') {
    throw new TypeError(`startSession: ctx must be a Context, got ${describe(ctx)}.`);
  }
  if (contextType === undefined) return ctx;
  throw new TypeError('startSession: ctx says already what is remembered; leave out contextType.');
}

/** @throws TypeError for what is no backend, and for settings that the backend has already. */
function checkedBackend(backend: Backend, options: StartSessionOptions): Backend {
  if (typeof backend?.generateFromContext !== 'function') {
    throw new TypeError(`startSession: backend must be a name or a Backend, got ${describe(backend)}.`);
  }
  const known = new Set(['backend', 'ctx', 'contextType', 'modelOptions', 'plugins']);
  const idle = Object.keys(options).filter((name) => !known.has(name) && options[name] !== undefined);
  if (idle.length === 0) return supportedBackend(backend);
  throw new TypeError(`startSession: ${idle.join(', ')} must be set on the backend that you give.`);
}
