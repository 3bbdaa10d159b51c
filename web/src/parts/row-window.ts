// Which rows of a long table are drawn: those in sight and some to spare, so that what a press or a key costs does not grow
// with the rows of a page. Pure; holds no rows and no display.

/** Rows by their places, `to` not among them. */
export interface Span {
  from: number;
  to: number;
}

/** Tables with more rows than this draw those in sight alone. */
export const most = 60;
/** Rows drawn beyond what is in sight, on either side. */
const spare = 11;
/** How many of the spare rows may be scrolled into sight before others are drawn. */
const slack = 5;

/** Where each row begins, in pixels below the first; one more than there are rows, which is the height of all. */
export function startsOf(rows: number, height: (row: number) => number): Float64Array {
  const starts = new Float64Array(rows + 1);
  for (let row = 0; row < rows; row++) starts[row + 1] = (starts[row] ?? 0) + height(row);
  return starts;
}

/** The first row that ends below a line. */
function rowAt(starts: Float64Array, line: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle + 1] ?? Infinity) <= line) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The rows to draw for a view from `top` to `bottom`, in pixels below the first row; those drawn now where they still do. */
export function spanFor(drawn: Span, starts: Float64Array, top: number, bottom: number): Span {
  const rows = starts.length - 1;
  const seen = { from: Math.min(rowAt(starts, top), rows), to: Math.min(rowAt(starts, bottom) + 1, rows) };
  const reach = spare - slack;
  const enough = drawn.from <= Math.max(0, seen.from - reach) && drawn.to >= Math.min(rows, seen.to + reach) && drawn.to - drawn.from <= seen.to - seen.from + 4 * spare;
  return enough ? drawn : { from: Math.max(0, seen.from - spare), to: Math.min(rows, seen.to + spare) };
}

/** Places of the rows drawn, in order: the span, and the row that is kept because the focus is in it. */
export function placesOf(span: Span, kept: number | undefined, rows: number): number[] {
  const [from, to] = [Math.min(span.from, rows), Math.min(span.to, rows)];
  const places = Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at);
  if (kept === undefined || kept >= rows || (kept >= from && kept < to)) return places;
  return kept < from ? [kept, ...places] : [...places, kept];
}
