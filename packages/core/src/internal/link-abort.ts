/** Who follows a signal: one listener serves them all, since Node warns of a signal with more than ten. */
const followers = new WeakMap<AbortSignal, { controllers: Set<Abortable>; stop(): void }>();

/** A controller, or what is told as one. */
type Abortable = Pick<AbortController, 'abort'>;

/** Follows `outer` with `inner`; the result ends that. */
export function linkAbort(outer: AbortSignal | undefined, inner: Abortable): () => void {
  if (outer === undefined) return () => undefined;
  if (outer.aborted) inner.abort(outer.reason);
  let group = followers.get(outer);
  if (group === undefined) {
    const controllers = new Set<Abortable>();
    const follow = (): void => {
      for (const controller of controllers) controller.abort(outer.reason);
    };
    outer.addEventListener('abort', follow, { once: true });
    group = { controllers, stop: () => outer.removeEventListener('abort', follow) };
    followers.set(outer, group);
  }
  const { controllers, stop } = group;
  controllers.add(inner);
  return () => {
    controllers.delete(inner);
    if (controllers.size > 0 || followers.get(outer)?.controllers !== controllers) return;
    stop();
    followers.delete(outer);
  };
}
