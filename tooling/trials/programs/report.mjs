/** Sends what a page's program gives to the server that the page came from. */
export async function report(run) {
  const result = await run().catch((error) => ({ failed: String(error?.stack ?? error) }));
  await fetch('/result', { method: 'POST', body: JSON.stringify(result) });
}
