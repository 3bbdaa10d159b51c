// No name lies over another or leaves the map, however near the points are.
import { describe, expect, it } from 'vitest';
import { lines, place } from './labels';

const box = { left: 40, top: 4, right: 330, bottom: 360 };
const apart = (at: ([number, number] | undefined)[], width: number, height: number) => {
  const there = at.filter((p) => p !== undefined);
  for (const [i, a] of there.entries()) {
    expect(a[0] - width / 2).toBeGreaterThanOrEqual(box.left);
    expect(a[0] + width / 2).toBeLessThanOrEqual(box.right);
    expect(a[1] - height / 2).toBeGreaterThanOrEqual(box.top);
    expect(a[1] + height / 2).toBeLessThanOrEqual(box.bottom);
    for (const b of there.slice(i + 1)) expect(Math.abs(a[0] - b[0]) >= width || Math.abs(a[1] - b[1]) >= height).toBe(true);
  }
};

describe('place', () => {
  it('keeps names apart where the points lie together', () => {
    const at = place(Array.from({ length: 6 }, (_, i) => ({ x: 180 + i * 4, y: 180 - i * 3, width: 130, height: 30 })), box);
    expect(at.every((p) => p !== undefined)).toBe(true);
    apart(at, 130, 30);
  });
  it('keeps names inside where a point lies on the edge', () => {
    const at = place([[40, 4], [330, 360], [330, 4], [40, 360]].map(([x = 0, y = 0]) => ({ x, y, width: 130, height: 30 })), box);
    expect(at.every((p) => p !== undefined)).toBe(true);
    apart(at, 130, 30);
  });
  it('leaves a name out rather than let it lie over another', () => {
    const at = place(Array.from({ length: 60 }, () => ({ x: 180, y: 180, width: 130, height: 30 })), box);
    expect(at.some((p) => p === undefined)).toBe(true);
    apart(at, 130, 30);
  });
});

describe('lines', () => {
  it('breaks between words and cuts what is too long', () => {
    expect(lines('Lapsed', 20)).toEqual(['Lapsed']);
    expect(lines('Big-spending wide-range regulars', 20)).toEqual(['Big-spending', 'wide-range regulars']);
    expect(lines('Often-returning narrow-range occasional buyers', 20)).toEqual(['Often-returning', 'narrow-range', 'occasional buyers']);
    expect(lines('Often-returning narrow-range occasional buyers', 16)).toEqual(['Often-returning', 'narrow-range', 'occasional…']);
    expect(lines('x'.repeat(30), 20)).toEqual([`${'x'.repeat(19)}…`]);
    expect(lines('', 20)).toEqual(['']);
  });
});
