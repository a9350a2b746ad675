/** What a piece of work costs this process: CPU (user and system, all threads) and time. */
export async function measure(work) {
  const before = process.cpuUsage();
  const start = performance.now();
  const value = await work();
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  return { value, wallMs, cpuMs: (user + system) / 1000 };
}

/** The most memory this process ever had. */
export function peakMemoryMb() {
  return process.resourceUsage().maxRSS / 1024;
}

/** What a worker reports. */
export function report(row) {
  console.log(JSON.stringify(row));
}
