import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runExample } from './run-example.js';

/** A line of a tale, whatever the model makes it say on the processor at hand. */
const story = '.*[a-z].*';

/** What each example prints on the embedded model. */
const printed: Readonly<Record<string, RegExp>> = {
  'first-stream': RegExp(`^${story}\n\\(([2-9]|\\d\\d+) pieces, \\d+ tokens\\)\n$`),
  parallel: RegExp(`^0 of 6 are finished\\.\n(${story}\n){6,}$`),
  chat: RegExp(
    `^You:   My name is Hana\\.\nModel: ${story}\nYou:   My favourite colour is blue\\.\nModel: ${story}\n` +
      'You:   What is my name\\?\nModel: Your name is Hana\\.\n' +
      'You:   What is my favourite colour\\?\nModel: Your favourite colour is blue\\.\n' +
      `\\(8 messages are forgotten\\.\\)\nYou:   What is my name\\?\nModel: (?!.*Hana)${story}\n$`,
  ),
  'structured-output':
    /^\{\s*"name": ?"([^"]{0,20})",\s*"likes": ?"(music|rain|soup)",\s*"age": ?\d\d?\s*\}\n.{0,20} likes \2 and will be \d{1,3} next year\.\n$/,
  tools:
    /^What is the weather in Rome\?\n {2}calls get_weather\(\{"city":"Rome"\}\)\n {2}which gives "sunny"\n {2}.*sunny.*\nSend a mail to Ken and say hello\.\n {2}calls send_mail\(\{"to":"Ken","text":".*"\}\)\n {2}which gives "ok"\n {2}.+\n$/,
  mcp: /^get_weather: Get the weather in a city\ncalls get_weather\(\{"city":"Oslo"\}\)\n.*snowy.*\n$/,
  'instruct-validate-repair': RegExp(
    `^(${story}\n {2}✗ name the robot Hana\n {2}[✓✗] be short\n){1,2}.*Hana${story}\n {2}✓ name the robot Hana\n {2}✓ be short\nAll requirements hold\\.\n$`,
  ),
  sofai:
    /^What is 7 \+ 5\?\n( {2}✗ llamacpp: .*\n {2}✓ calculator: 7 \+ 5 = 12\.\n| {2}✓ llamacpp: 7 \+ 5 = 12\.\n)What is 2 \+ 3\?\n.*\n( {2}✓ calculator: 2 \+ 3 = 5\.\n)?What is 48 \+ 37\?\n {2}✗ llamacpp: .*\n {2}✓ calculator: 48 \+ 37 = 85\.\n$/,
  'fallback-with-cache':
    /^(What is the capital of Norway\?\n {2}.*\n) {2}by llamacpp, fallback\n {2}0 of \d+ tokens were saved\nWhat sound does a cat make\?\n {2}.*\n {2}by llamacpp, fallback\n {2}0 of \d+ tokens were saved\n\1 {2}by llamacpp, fallback, cache\n {2}(\d+) of \2 tokens were saved\n$/,
  plugin: RegExp(
    `^(${story}\n {2}\\d+ of 200 tokens are used\\.\n){2,4}No more stories: the budget is spent\\.\n$`,
  ),
  telemetry:
    /^sampling RepairTemplateStrategy\n(.*\n)* {2}melliflow\.sampling\.success: true\n(.*\n)* {4}chat tiny\.gguf\n(.*\n)* {6}gen_ai\.usage\.output_tokens: \d+\n(.*\n)* {4}validation\n(.*\n)* {6}melliflow\.validation\.passed: 0\n(.*\n)* {4}chat tiny\.gguf\n(.*\n)* {6}melliflow\.validation\.passed: 1\n(.*\n)*$/,
};

/** They have tests of their own: the server does not end, the batch workers are processes. */
const elsewhere = ['batch-workers', 'hono-chat'];

describe('examples', () => {
  it.each(Object.entries(printed))('%s prints what it should', async (name, expected) => {
    expect(await runExample(name)).toMatch(expected);
  });

  const root = new URL('..', import.meta.url);
  const folders = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !['node_modules', 'test', '.turbo'].includes(entry.name))
    .map(({ name }) => name)
    // A package has its own tests and its own page.
    .filter((name) => !existsSync(new URL(`${name}/package.json`, root)));

  it('are all run', () => {
    expect(folders.sort()).toEqual([...Object.keys(printed), ...elsewhere].sort());
  });

  it.each(folders)('%s stands in the README with the sentence above its code', (name) => {
    const readme = readFileSync(new URL('README.md', root), 'utf8');
    const [, cell] =
      RegExp(`^\\| \\[\`${name}\`\\]\\(${name}/main\\.ts\\) +\\| (.*?) +\\|$`, 'm').exec(readme) ?? [];
    const code = readFileSync(new URL(`${name}/main.ts`, root), 'utf8');
    const comment = (/^(\/\/ .*\n)+/.exec(code)?.[0] ?? '').replace(/\n?\/\/ /g, ' ').trim();
    expect(comment.split(/(?<=\.) /)[0]).toBe(cell);
  });
});
