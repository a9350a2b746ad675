try {
  process.kill(-process.pid, 0);
  console.log(true);
} catch (error) {
  console.log(error.code);
}
