// Points are found where they are drawn, and ticks are round and within.
import { describe, expect, it } from 'vitest';
import { across, nearest, reach, ticks, up, type Plane } from './plane';

describe('a plane', () => {
  const plane: Plane = { left: 40, top: 10, right: 240, bottom: 110, x: [0, 10], y: [-1, 1] };
  it('grows to the right and upwards', () => {
    expect([across(plane, 0), across(plane, 10), across(plane, 5)]).toEqual([40, 240, 140]);
    expect([up(plane, -1), up(plane, 1), up(plane, 0)]).toEqual([110, 10, 60]);
  });
  it('has round ticks within its edges', () => {
    expect(ticks([-1.04, 1.04], 5)).toEqual({ step: 0.5, at: [-1, -0.5, 0, 0.5, 1] });
    expect(ticks([0, 97], 5).at).toEqual([0, 20, 40, 60, 80]);
    for (const edges of [[3.2, 3.21], [-7000, 12], [51.1, 51.9]] as [number, number][]) {
      const { at } = ticks(edges, 5);
      expect(at.length).toBeGreaterThan(1);
      expect(at.every((v) => v >= edges[0] && v <= edges[1])).toBe(true);
    }
  });
  it('leaves room, also round one value or none', () => {
    expect(reach([0, 100])).toEqual([-4, 104]);
    expect(reach([3, 3])).toEqual([2.5, 3.5]);
    expect(reach([])).toEqual([-0.5, 0.5]);
  });
  it('finds the nearest point within reach, of equals the upper one', () => {
    const [xs, ys] = [[10, 14, 50, 10], [10, 10, 50, 10]];
    expect(nearest(xs, ys, 13, 10, 6)).toBe(1);
    expect(nearest(xs, ys, 10, 11, 6)).toBe(3);
    expect(nearest(xs, ys, 30, 30, 6)).toBeUndefined();
  });
});
