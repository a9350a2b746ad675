import type { Backend, Context } from '@melliflow/core';
import { supportedBackend } from '@melliflow/core/implement';
import { ExamContext } from './exam-context.js';
import { type HookRecord, hearHooks } from './hook-record.js';
import { checkedScript } from './scriptable.js';
import type { ExamBackend, ExamScript, ExamSettings, ProviderRequest, Subject } from './subject.js';

/** What a law works with: backends of the subject, closed when the law has run. */
export interface Exam {
  /** An empty context that shows all of its entries. */
  readonly context: Context;
  /** The key that backends are given. */
  readonly apiKey: string;
  /** A backend whose provider answers so. */
  open(replies: ExamScript['replies'], settings?: Partial<ExamSettings>): Promise<OpenedBackend>;
  /** Lets everything run that can, until `fact` holds. */
  until(fact: () => boolean, what?: string): Promise<void>;
  /** Lets everything run that can run now, I/O of this process included. */
  drain(): Promise<void>;
  /** Runs `work` with a plugin that records the hooks and may change or refuse them. */
  hooks<T>(plugin: HookRecord, work: () => Promise<T>): Promise<T>;
  /** Runs `work` after `install`; what that gives undoes it, also when the law is given up. */
  during<T>(install: () => () => void, work: () => Promise<T>): Promise<T>;
}

/** A backend that a law works with, and what its provider sees. */
export interface OpenedBackend {
  readonly backend: Backend;
  /** What the provider got so far. */
  requests(): readonly ProviderRequest[];
  /** Request number `count` (from 1), as soon as the provider has it. */
  request(count?: number): Promise<ProviderRequest>;
}

/** The key of all exams: in no other text, and of a shape that nothing recognises by itself. */
const API_KEY = 'exam7Kq2Zw9Xv4Nn8Rt1';

/** One attempt, unless a law is about more. */
const always: ExamSettings = { retry: { attempts: 1, initialDelayMs: 1 }, apiKey: API_KEY };

/** The exam of one law, what it waits for now, and what closes it. */
export interface OpenExam {
  readonly exam: Exam;
  waitingFor(): string;
  close(): Promise<void>;
}

/** Makes the exam of one law. `stop` ends its waits, and is aborted by a script that the subject cannot play. */
export function openExam(subject: Subject, stop: AbortController): OpenExam {
  let waitingFor = 'its end';
  const opened: ExamBackend[] = [];
  const undos = new Set<() => void>();
  const undo = (one: () => void): void => {
    if (undos.delete(one)) one();
  };
  const during = async <T>(install: () => () => void, work: () => Promise<T>): Promise<T> => {
    const own = install();
    undos.add(own);
    try {
      return await work();
    } finally {
      undo(own);
    }
  };
  const drain = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  const until = async (fact: () => boolean, what = 'the state that it is about'): Promise<void> => {
    waitingFor = what;
    while (!fact()) {
      stop.signal.throwIfAborted();
      await new Promise((resolve) => setImmediate(resolve));
    }
    waitingFor = 'its end';
  };
  const exam: Exam = {
    context: new ExamContext(),
    apiKey: API_KEY,
    async open(replies, settings = {}) {
      const given = checkedScript({ replies, settings }, subject.scripts ?? {}, (why) => stop.abort(why));
      const one = await subject.backend({ ...given, settings: { ...always, ...settings } });
      opened.push(one);
      const requests = (): readonly ProviderRequest[] => one.requests();
      const request = async (count = 1): Promise<ProviderRequest> => {
        await until(() => requests().length >= count, `request ${count} at the provider`);
        return requests()[count - 1] as ProviderRequest;
      };
      return { backend: supportedBackend(one.backend), requests, request };
    },
    until,
    drain,
    hooks: (plugin, work) => during(() => hearHooks(plugin), work),
    during,
  };
  const close = async (): Promise<void> => {
    for (const one of [...undos].reverse()) undo(one);
    await Promise.all(opened.map((one) => one.close()));
  };
  return { exam, waitingFor: () => waitingFor, close };
}
