setTimeout(() => process.exit(3), 20_000);
console.log('ready');
