/**
 * Whether two base URLs are the same endpoint, however they are written. What the environment holds for one endpoint,
 * such as its key, must not go to another.
 */
export function isSameEndpoint(one: string, other: string): boolean {
  return canonical(one) === canonical(other);
}

function canonical(url: string): string {
  if (!URL.canParse(url)) return url;
  const { origin, pathname } = new URL(url);
  return origin + withoutLastSlashes(pathname);
}

/** A path without the slashes at its end. By hand: an expression for it takes quadratic time where many slashes stand before something else. */
export function withoutLastSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}
