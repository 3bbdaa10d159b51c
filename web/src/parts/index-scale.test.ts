// The scale is fair both ways and bounded.
import { describe, expect, it } from 'vitest';
import { indexText, leaning } from './index-scale';

describe('leaning', () => {
  it('is fair both ways', () => {
    expect(leaning(100)).toBe(0);
    expect(leaning(200)).toBeCloseTo(-leaning(50));
    expect(leaning(400)).toBe(1);
  });
  it('is bounded and never NaN', () => {
    for (const index of [0, -5, 1e9, Number.NaN, Number.POSITIVE_INFINITY]) expect(Math.abs(leaning(index))).toBeLessThanOrEqual(1);
    expect(indexText(Number.NaN)).toBe('–');
    expect(indexText(162.6)).toBe('163');
  });
});
