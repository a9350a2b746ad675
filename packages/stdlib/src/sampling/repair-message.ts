import { Message } from '../components/message.js';
import { failedRequirements } from './failed-requirements.js';
import type { SampleAttempt } from './sample-attempt.js';

/** The next turn of a conversation after an answer that failed: what it lacks, and why. */
export function repairMessage({ validations }: Pick<SampleAttempt, 'validations'>): Message {
  const failed = failedRequirements(validations);
  const said = failed === '' ? '' : `Your answer does not meet these requirements:\n${failed}\n\n`;
  return new Message('user', `${said}Answer again so that all requirements are met.`);
}
