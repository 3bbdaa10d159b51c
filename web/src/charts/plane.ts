// Numbers on a plane of pixels: round ticks, the way from values to pixels, which point is nearest. Pure; draws nothing.

/** The pixels that values are drawn in, and the values at their edges. */
export interface Plane {
  left: number;
  top: number;
  right: number;
  bottom: number;
  x: [number, number];
  y: [number, number];
}

export const across = (plane: Plane, x: number): number => plane.left + ((x - plane.x[0]) / (plane.x[1] - plane.x[0])) * (plane.right - plane.left);
export const up = (plane: Plane, y: number): number => plane.bottom - ((y - plane.y[0]) / (plane.y[1] - plane.y[0])) * (plane.bottom - plane.top);

/** The least and the greatest value with some room on either side; a room of 1 where all are one or there are none. */
export function reach(values: Iterable<number>): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return [-0.5, 0.5];
  const room = high > low ? (high - low) * 0.04 : 0.5;
  return [low - room, high + room];
}

/** Round numbers between two, about so many of them: steps of 1, 2 or 5 times a power of ten. */
export function ticks([low, high]: [number, number], about: number): { step: number; at: number[] } {
  const raw = (high - low) / Math.max(1, about);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5, 10].find((m) => m * power >= raw * 0.999) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return { step, at: Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step) };
}

/** The place of the nearest of many points no farther than so many pixels; of equals the one drawn last. */
export function nearest(xs: ArrayLike<number>, ys: ArrayLike<number>, x: number, y: number, within: number): number | undefined {
  let [best, least] = [-1, within * within];
  for (let at = 0; at < xs.length; at++) {
    const [dx, dy] = [(xs[at] as number) - x, (ys[at] as number) - y];
    const far = dx * dx + dy * dy;
    if (far <= least) [best, least] = [at, far];
  }
  return best < 0 ? undefined : best;
}
