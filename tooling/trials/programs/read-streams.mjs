// What a page does with streams from a server: reads one to its end, and leaves another in the middle.
import { eventsFrom } from '@melliflow/streaming';

export async function run() {
  const events = [];
  for await (const event of eventsFrom(await fetch('/whole'))) events.push(event);
  let shown;
  for await (const event of eventsFrom(await fetch('/endless'))) {
    if (event.type !== 'chunk') continue;
    shown = event.text;
    break;
  }
  const verdicts = events
    .filter(({ type }) => type === 'quick_check')
    .map(({ results }) => results[0].asBool());
  // Told after the server has seen that the page left.
  return { events, shown, verdicts, left: await (await fetch('/left')).json() };
}
