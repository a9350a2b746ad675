// A stream that is checked sentence by sentence, and stopped at the first one that fails: seen through its events.
import { Instruction, startSession } from '@melliflow/stdlib';
import { streamWithChunking } from '@melliflow/streaming';
import { MaxSentences } from './max-sentences.js';

await using m = await startSession({ backend: 'llamacpp' });

const action = new Instruction('Write a two-sentence summary of the water cycle.');
const requirements = [new MaxSentences(3)];
const result = await streamWithChunking(action, m.backend, m.ctx, { requirements, chunking: 'sentence' });

for await (const event of result.events()) {
  switch (event.type) {
    case 'chunk':
      console.log(`chunk[${event.chunkIndex}]: ${event.text}`);
      break;
    case 'quick_check':
      if (!event.passed) console.log(`FAIL at chunk ${event.chunkIndex}: ${event.results[0]?.reason}`);
      break;
    case 'streaming_done':
      console.log(`stream done: ${event.fullText.length} chars`);
      break;
    case 'full_validation':
      console.log(`final: ${event.passed ? 'pass' : 'fail'}`);
      break;
    case 'completed':
      console.log(`completed, success=${event.success}`);
      break;
  }
}

await result.acomplete();
console.log(`completed=${result.completed}, failures=${result.streamingFailures.length}`);
