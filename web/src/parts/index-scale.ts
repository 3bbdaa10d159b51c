// Where an index (total = 100) lies on a scale both ways. Holds no colour.

/** -1..1: halving and doubling are equally far from 100; four times is the end of the scale. */
export function leaning(index: number): number {
  if (!Number.isFinite(index)) return 0;
  if (index <= 0) return -1;
  return Math.max(-1, Math.min(1, Math.log2(index / 100) / 2));
}

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

export function indexText(index: number): string {
  return Number.isFinite(index) ? whole.format(index) : '–';
}
