// Counts Ctrl-C until it is told to end, and gives up by itself when nobody tells it.
let interrupts = 0;
process.on('SIGINT', () => {
  interrupts++;
  if (interrupts === 1) console.log('interrupted');
});
process.on('SIGTERM', () => {
  console.log(`interrupts: ${interrupts}`);
  process.exit(130);
});
setTimeout(() => process.exit(3), 20_000);
console.log('ready');
