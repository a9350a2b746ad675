/** As `Promise.all`, but fails only when all have ended: what still runs would write into folders that are removed. */
export async function together(promises) {
  const settled = await Promise.allSettled(promises);
  const failed = settled.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
  return settled.map(({ value }) => value);
}
