// Where the parts of an identity graph lie: records on a ring round the middle, what links them on a wider one. Pure; holds
// neither records nor display.

export interface Spot {
  x: number;
  y: number;
}
export interface Places {
  middle: Spot;
  ring: Spot[];
  slots: Spot[];
}

/** Room for a node's words along a ring, and from ring to ring. */
const [along, apart] = [112, 118];
const whole = 2 * Math.PI;

/** Where the shortest arc over these angles has its middle. */
function middleOf(angles: number[]): number {
  const sorted = [...angles].sort((a, b) => a - b);
  let [from, gap] = [0, -1];
  for (const [i, angle] of sorted.entries()) {
    const before = sorted[i - 1] ?? (sorted.at(-1) ?? 0) - whole;
    // A shade wider, so that of two arcs as long the first is taken.
    if (angle - before > gap + 1e-9) [from, gap] = [angle, angle - before];
  }
  return (from + (whole - gap) / 2) % whole;
}

/** Angles moved on so far that none lies on another; none is moved back. */
function spread(wanted: number[], least: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0) || a - b);
  const moved = [...wanted];
  for (const [n, i] of order.entries()) {
    const before = order[n - 1];
    if (before !== undefined) moved[i] = Math.max(moved[i] ?? 0, (moved[before] ?? 0) + least);
  }
  const [first = 0, last = 0] = [moved[order[0] ?? 0], moved[order.at(-1) ?? 0]];
  if (last - first <= whole - least + 1e-9) return moved;
  for (const [n, i] of order.entries()) moved[i] = first + (n * whole) / order.length;
  return moved;
}

/** Keys on a ring, the first on the left, clockwise; each slot is between the keys that it is of, outside the ring. */
export function place(keys: number[], slots: number[][]): Places {
  const rx = Math.max(150, (keys.length * along) / whole);
  const outer = Math.max(rx + apart, (slots.length * along) / whole);
  const [ry, high] = [Math.max(78, rx / 2), Math.max(142, outer / 2)];
  const spot = (angle: number, x: number, y: number): Spot => ({ x: Math.round(-x * Math.cos(angle)), y: Math.round(-y * Math.sin(angle)) });
  const angle = new Map(keys.map((key, i) => [key, (i * whole) / keys.length]));
  const wanted = slots.map((of) => middleOf(of.flatMap((key) => angle.get(key) ?? [])));
  const placed = spread(wanted, Math.min(whole / Math.max(1, slots.length), along / outer));
  return { middle: { x: 0, y: 0 }, ring: keys.map((key) => spot(angle.get(key) ?? 0, rx, ry)), slots: placed.map((one) => spot(one, outer, high)) };
}

export interface Line {
  path: string;
  /** The middle of it. */
  at: Spot;
}

/** A line from one spot to another, bent towards a third. */
export function between(from: Spot, to: Spot, by?: Spot): Line {
  const straight = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  if (!by) return { path: `M${from.x} ${from.y}L${to.x} ${to.y}`, at: straight };
  return { path: `M${from.x} ${from.y}Q${by.x} ${by.y} ${to.x} ${to.y}`, at: { x: (straight.x + by.x) / 2, y: (straight.y + by.y) / 2 } };
}
