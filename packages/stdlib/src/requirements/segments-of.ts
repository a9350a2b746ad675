/** How much is segmented at once: engines take time by the square of the length, and freeze on a long output. */
const WINDOW = 1024;
/** How near to the end of a window a segment may depend on what comes behind it. */
const MARGIN = 64;

/** The segments of a text, at a cost that is linear in its length. */
export function* segmentsOf(
  segmenter: Pick<Intl.Segmenter, 'segment'>,
  text: string,
): Generator<Intl.SegmentData> {
  let size = WINDOW;
  for (let from = 0; from < text.length; ) {
    const isLast = from + size >= text.length;
    const certainTo = isLast ? size : size - MARGIN;
    let end = 0;
    for (const data of segmenter.segment(text.slice(from, from + size))) {
      if (data.index + data.segment.length > certainTo) break;
      end = data.index + data.segment.length;
      yield data;
    }
    from += end;
    size = end === 0 ? size * 2 : WINDOW;
  }
}
