import { eventsFrom } from '@melliflow/streaming';

const form = document.querySelector('form');
const talk = document.querySelector('main');
let leave = new AbortController();

form.addEventListener('submit', async (submit) => {
  submit.preventDefault();
  const question = form.elements.question.value.trim();
  if (question === '') return;
  form.reset();
  leave.abort();
  leave = new AbortController();
  const { signal } = leave;
  add(talk, 'p', 'you', question);
  const answer = add(talk, 'p', 'model');
  try {
    const response = await fetch('/chat', { method: 'POST', body: question, signal });
    for await (const event of eventsFrom(response)) show(event, answer);
  } catch (error) {
    // What was shown before its check gets none any more.
    for (const sentence of answer.querySelectorAll('.sentence:not(.checked)')) sentence.remove();
    add(answer, 'small', 'note', signal.aborted ? 'Stopped.' : error.message);
  }
});

document.querySelector('#stop').addEventListener('click', () => leave.abort());

/** One event of the answer, on the page. */
function show(event, answer) {
  const sentences = answer.getElementsByClassName('sentence');
  switch (event.type) {
    case 'chunk':
      add(answer, 'span', 'sentence', `${event.text} `);
      break;
    case 'quick_check':
      if (event.passed) sentences[event.chunkIndex]?.classList.add('checked');
      break;
    case 'retract':
      for (const sentence of [...sentences].slice(event.chunkIndex)) sentence.remove();
      add(answer, 'small', 'note', 'Taken back.');
      break;
    case 'retry':
      add(answer, 'small', 'note', `${event.reason} It goes on:`);
      break;
    case 'error':
      add(answer, 'small', 'note', event.detail);
      break;
    case 'completed':
      answer.classList.add('over');
      if (!event.success) add(answer, 'small', 'note', 'It did not come to its end.');
      break;
  }
}

/** A new element at the end of another. */
function add(parent, tag, name, text = '') {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = text;
  parent.append(element);
  return element;
}
