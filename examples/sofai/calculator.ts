import { Backend, type ContextCall, type GenerationEvent, type RawCall, type RawItem } from '@melliflow/core';

/** A backend without a model: it adds up the numbers of the question. */
export class Calculator extends Backend {
  readonly provider = 'calculator';
  readonly modelId = 'addition';

  async *_generateFromContext({ action }: ContextCall): AsyncGenerator<GenerationEvent> {
    yield { type: 'text', text: answerTo(String(action)) };
    yield { type: 'finish', reason: 'stop' };
  }

  async _generateFromRaw({ actions }: RawCall): Promise<RawItem[]> {
    return actions.map((action) => ({ text: answerTo(String(action)), finishReason: 'stop' }));
  }
}

function answerTo(question: string): string {
  const numbers = (question.match(/\d+/g) ?? []).map(Number);
  return `${numbers.join(' + ')} = ${numbers.reduce((sum, number) => sum + number, 0)}.`;
}
