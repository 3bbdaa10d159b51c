// Rows in sight are always among those drawn, however tall rows are, and few others are.
import { describe, expect, it } from 'vitest';
import { placesOf, spanFor, startsOf, type Span } from './row-window';

const even = startsOf(250, () => 30);
const none: Span = { from: 0, to: 0 };

describe('rows drawn of a long table', () => {
  it('are those in sight and some to spare', () => {
    const span = spanFor(none, even, 3000, 3900);
    expect(span.from).toBeLessThan(100);
    expect(span.to).toBeGreaterThan(130);
    expect(span.to - span.from).toBeLessThan(70);
  });
  it('stay within the table at its ends', () => {
    expect(spanFor(none, even, -5000, -4000).from).toBe(0);
    expect(spanFor(none, even, -900, 0).from).toBe(0);
    expect(spanFor(none, even, 7400, 8300).to).toBe(250);
    expect(spanFor(none, even, 90_000, 91_000)).toMatchObject({ to: 250 });
  });
  it('stay the same for a small scroll and change for a large one', () => {
    const span = spanFor(none, even, 3000, 3900);
    expect(spanFor(span, even, 3060, 3960)).toBe(span);
    const next = spanFor(span, even, 3600, 4500);
    expect(next).not.toBe(span);
    expect(next.from).toBeLessThan(120);
    expect(next.to).toBeGreaterThan(150);
  });
  it('cover what is in sight whatever the heights of rows', () => {
    const uneven = startsOf(250, (row) => (row % 7 === 0 ? 240 : 20 + (row % 5)));
    let span = none;
    for (let top = -300; top < (uneven[250] ?? 0); top += 170) {
      span = spanFor(span, uneven, top, top + 900);
      for (let row = 0; row < 250; row++) {
        const seen = (uneven[row + 1] ?? 0) > top && (uneven[row] ?? 0) < top + 900;
        if (seen) expect(row >= span.from && row < span.to, `row ${row} at ${top}`).toBe(true);
      }
    }
  });
  it('hold the row with the focus, in order', () => {
    expect(placesOf({ from: 5, to: 8 }, 2, 20)).toEqual([2, 5, 6, 7]);
    expect(placesOf({ from: 5, to: 8 }, 6, 20)).toEqual([5, 6, 7]);
    expect(placesOf({ from: 5, to: 8 }, 12, 20)).toEqual([5, 6, 7, 12]);
    expect(placesOf({ from: 5, to: 8 }, 12, 6)).toEqual([5]);
  });
});
