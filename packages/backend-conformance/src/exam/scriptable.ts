import type { Fault } from '../servers/fault.js';
import { faultsOf, type ScriptedReply, textOf } from '../servers/scripted-reply.js';
import type { ExamScript, ExamSettings } from './subject.js';

/** What a script may tell of a reply beside its text. */
const members = ['thinking', 'toolCalls', 'finish', 'usage', 'logprobs'] as const;

/**
 * What the provider of a subject can be made to do, where that is not everything: an engine in the same process has no
 * connection that could break. A law whose script goes beyond it is not asked, and the report says so.
 */
export interface Scriptable {
  /** Default: all. */
  readonly faults?: readonly Fault['kind'][] | undefined;
  /** What of a reply the script decides; the rest is the provider's own. Default: all. */
  readonly members?: readonly (typeof members)[number][] | undefined;
  /** Which settings a law may ask for. Default: all. */
  readonly settings?: readonly (keyof ExamSettings)[] | undefined;
  /** The most characters that a reply may have. Default: no end. */
  readonly characters?: number | undefined;
  /** Whether a reply can be chosen by the prompt. Default true. */
  readonly byPrompt?: boolean | undefined;
}

/** A law is about what the subject cannot be made to do. */
export class NotScriptable extends Error {
  constructor(what: string) {
    super(`The subject cannot script ${what}.`);
  }
}

/** The script, whose replies are looked at before they are played; `refuse` is told of one that cannot be. */
export function checkedScript(
  { replies, settings }: { replies: ExamScript['replies']; settings: Partial<ExamSettings> },
  scripts: Scriptable,
  refuse: (reason: NotScriptable) => void,
): { replies: ExamScript['replies'] } {
  const refused = (what: string): never => {
    const reason = new NotScriptable(what);
    refuse(reason);
    throw reason;
  };
  const check = (reply: ScriptedReply): ScriptedReply => {
    const what = beyond(reply, scripts);
    return what === undefined ? reply : refused(what);
  };
  const foreign = Object.keys(settings).find(
    (name) => scripts.settings?.includes(name as keyof ExamSettings) === false,
  );
  if (foreign !== undefined) refused(`the setting ${foreign}`);
  if (typeof replies !== 'function') return { replies: replies.map(check) };
  if (scripts.byPrompt === false) refused('a reply by its prompt');
  return { replies: (prompt) => check(replies(prompt)) };
}

function beyond(reply: ScriptedReply, scripts: Scriptable): string | undefined {
  const fault = faultsOf(reply).find(({ kind }) => scripts.faults?.includes(kind) === false);
  if (fault) return `the fault "${fault.kind}"`;
  const member = members.find(
    (name) => reply[name] !== undefined && scripts.members?.includes(name) === false,
  );
  if (member) return member;
  const { characters = Number.POSITIVE_INFINITY } = scripts;
  return textOf(reply).length > characters ? `a text of more than ${characters} characters` : undefined;
}
