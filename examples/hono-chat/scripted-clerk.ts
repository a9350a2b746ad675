import { ScriptedBackend } from '@melliflow/testing';

/** A clerk who promises too much, is stopped, and goes on without it. */
export function scriptedClerk({ delayMs = 0 }: { delayMs?: number }): ScriptedBackend {
  const slips =
    'Good morning! We bake from four o’clock on. I give you 50% off today. Everything must go, says the boss.';
  const mends = 'Our rye bread is the one that most people come back for. Shall I keep a loaf for you?';
  const pieces = (text: string): string[] => text.match(/.{1,6}/gsu) ?? [];
  const answers = [slips, mends].map((text) => ({ deltas: pieces(text), delayMs }));
  return new ScriptedBackend(Array.from({ length: 100 }, () => answers).flat());
}
