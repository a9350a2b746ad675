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
  const answer = add(talk, 'div', 'model');
  form.classList.add('busy');
  try {
    const response = await fetch('/chat', { method: 'POST', body: question, signal });
    for await (const event of eventsFrom(response)) show(event, answer);
  } catch (error) {
    // What was not settled may be taken back, and nobody says so any more.
    takeBack(answer.querySelectorAll('.sentence:not(.checked)'));
    add(answer, 'small', 'note', signal.aborted ? 'Stopped.' : error.message);
  }
  answer.classList.add('over');
  if (leave.signal === signal) form.classList.remove('busy');
});

form.querySelector('[type=button]').addEventListener('click', () => leave.abort());

/** One event of the answer, on the page. */
function show(event, answer) {
  const sentences = [...answer.querySelectorAll('.sentence')];
  switch (event.type) {
    case 'chunk':
      add(answer, 'span', 'sentence', event.text);
      break;
    case 'settled':
      if (event.channel === 'text') sentences[event.chunkIndex]?.classList.add('checked');
      break;
    case 'retract':
      if (event.channel === 'text') takeBack(sentences.slice(event.chunkIndex));
      break;
    case 'retry':
      add(answer, 'small', 'note', `${event.reason} Attempt ${event.attempt} goes on from what stands:`);
      break;
    case 'error':
      add(answer, 'small', 'note', event.detail);
      break;
    case 'completed':
      if (!event.success) add(answer, 'small', 'note', 'It did not come to its end.');
      add(answer, 'small', 'sum', sumOf(answer, event.attemptsUsed));
      break;
  }
}

/** Strikes sentences; a shop would rather remove them. */
function takeBack(sentences) {
  for (const sentence of sentences) {
    const struck = document.createElement('del');
    struck.textContent = sentence.textContent;
    sentence.replaceWith(struck);
  }
}

function sumOf(answer, attempts) {
  const [checked, struck] = ['.checked', 'del'].map((kind) => answer.querySelectorAll(kind).length);
  return `${checked} checked, ${struck} taken back, ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`;
}

/** A new element at the end of another, and in sight. */
function add(parent, tag, name, text = '') {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = text;
  parent.append(element, ' ');
  window.scrollTo(0, document.body.scrollHeight);
  return element;
}
