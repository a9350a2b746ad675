// Uses the playground as a visitor would: a stream that comes to its end, one that is stopped, attempts, no network.
import assert from 'node:assert/strict';

export async function checkPlayground(context, url) {
  const page = await context.newPage();
  const problems = [];
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(String(error)));
  const model = page.waitForResponse((response) => response.url().endsWith('/tiny.gguf'));
  await page.goto(`${url}/playground.html`);
  await (await model).finished();
  await context.setOffline(true); // what follows needs the server no more
  const run = async (settings, until) => {
    for (const [name, value] of Object.entries(settings)) {
      const field = page.locator(`[name=${name}]`);
      const isSelect = await field.evaluate(({ tagName }) => tagName === 'SELECT');
      await (isSelect ? field.selectOption(value) : field.fill(value));
    }
    await page.getByRole('button', { name: 'Run' }).click();
    await page.locator(`.stage[data-state="${until}"]`).waitFor({ timeout: 120_000 });
    return page.evaluate(() => ({
      attempts: document.querySelectorAll('.attempt').length,
      ...Object.fromEntries(
        ['passed', 'early', 'failed', 'back'].map((state) => [
          state,
          [...document.querySelectorAll(`.attempt .${state}`)].map(({ textContent }) => textContent),
        ]),
      ),
      reasons: [...document.querySelectorAll('.reason')].map(({ textContent }) => textContent),
    }));
  };

  const free = await run({ banned: '', maxWords: '0', pace: '0' }, 'complete');
  assert.ok(free.passed.length >= 5, 'A story has sentences, and they light up.');
  assert.deepEqual([free.failed, free.early], [[], []]);

  const word = free.passed[2].match(/\p{L}{4,}/gu).at(-1);
  const stopped = await run({ banned: word }, 'stopped');
  const at = free.passed.findIndex((sentence) => sentence.includes(word));
  assert.deepEqual(stopped.passed, free.passed.slice(0, at));
  assert.deepEqual(stopped.failed, [free.passed[at]]);
  assert.deepEqual(stopped.reasons, [`It has the banned term "${word}".`]);

  await page.locator('[name=prompt]').press('Enter');
  await page.locator('.stage[data-state="stopped"]').waitFor();
  const button = page.getByRole('button', { name: 'Run' });
  await button.press('Enter');
  await page.locator('.stage[data-state="stopped"]').waitFor();
  assert.ok(
    await button.evaluate((it) => it === document.activeElement),
    'Who runs it by the keyboard stays where they are.',
  );
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const lit = page.locator('.attempt .passed').first();
  assert.equal(await lit.evaluate((it) => getComputedStyle(it).animationName), 'none');
  await page.emulateMedia({ reducedMotion: null });

  const counted = await run({ banned: '', maxSentences: '2' }, 'stopped');
  assert.deepEqual([counted.passed.length, counted.failed.length], [2, 1]);

  const words = await run({ chunking: 'word', maxSentences: '0', maxWords: '12' }, 'stopped');
  assert.deepEqual([words.passed.length, words.failed.length], [12, 1]);

  const early = await run(
    { chunking: 'sentence', maxWords: '0', banned: word, release: 'optimistic' },
    'stopped',
  );
  assert.deepEqual([early.passed, early.failed], [free.passed.slice(0, at), [free.passed[at]]]);

  const anew = await run({ release: 'strict', retry: 'restart' }, 'stopped');
  assert.equal(anew.attempts, 4, 'At temperature 0 each attempt says the same.');
  const goneOn = await run(
    { banned: 'phone, bicycle, drum', retry: 'resume', temperature: '0.8', seed: '2' },
    'complete',
  );
  assert.equal(
    goneOn.failed.length,
    goneOn.attempts - 1,
    'Each attempt but the last has one chunk that failed.',
  );
  assert.ok(goneOn.attempts > 1 && goneOn.passed.length > 3);
  await context.setOffline(false);
  assert.deepEqual(problems, []);
  await page.close();
}
