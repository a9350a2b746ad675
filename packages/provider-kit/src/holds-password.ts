/** Whether a URL holds a user or a password: they would show wherever the address does, and `fetch` refuses them. */
export function holdsPassword(url: string): boolean {
  const { username, password } = new URL(url);
  return username !== '' || password !== '';
}
