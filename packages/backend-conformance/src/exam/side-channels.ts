import { setLogger } from '@melliflow/core';
import { currentLogger } from '@melliflow/core/implement';

/** What a process hears beside results; all that is told is pushed into `heard`. Each gives its undo. */
type Hear = (heard: unknown[]) => () => void;

/** Hears what goes to the logger. */
export const hearLogger: Hear = (heard) => {
  const before = currentLogger();
  const note = (...told: unknown[]): void => void heard.push(told);
  setLogger({ debug: note, info: note, warn: note, error: note });
  return () => setLogger(before);
};

/** Hears what is printed on the console, which stays empty meanwhile. */
export const hearConsole: Hear = (heard) => {
  const names = ['log', 'info', 'warn', 'error', 'debug'] as const;
  const before = names.map((name) => console[name]);
  for (const name of names) console[name] = (...told: unknown[]) => void heard.push(told);
  return () => {
    for (const [i, name] of names.entries()) console[name] = before[i] as typeof console.log;
  };
};

/** Hears unhandled rejections, in the place of whoever listens to them. */
export const hearUnhandled: Hear = (heard) => {
  const before = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (reason) => heard.push(reason));
  return () => {
    process.removeAllListeners('unhandledRejection');
    for (const listener of before) process.on('unhandledRejection', listener);
  };
};
