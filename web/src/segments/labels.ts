// Where the names of segments stand on the map: inside it, none over another, long ones in three lines.
// Pure; holds no chart.

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}
export interface Wanted {
  /** The point that is named, in pixels. */
  x: number;
  y: number;
  /** Width and height of the words. */
  width: number;
  height: number;
}

const most = 3;

/** A name in at most three lines; what does not fit ends in an ellipsis, and the whole is told where one hovers. */
export function lines(name: string, perLine: number): string[] {
  const words = name.trim().split(/\s+/);
  const out: string[] = [];
  for (let word of words) {
    const last = out.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= perLine) {
      out[out.length - 1] = `${last} ${word}`;
      continue;
    }
    if (out.length === most) {
      out[most - 1] = `${(last ?? '').slice(0, perLine - 1).trimEnd()}…`;
      break;
    }
    if (word.length > perLine) word = `${word.slice(0, perLine - 1)}…`;
    out.push(word);
  }
  return out;
}

/** Distance of a name from its point, and how far the points keep names away. */
const gap = 10;
const around = 8;

/** The middle of each name. A name that finds no free place has none and is left out; its colour still tells it. */
export function place(wanted: Wanted[], box: Box): ([number, number] | undefined)[] {
  const points: Box[] = wanted.map((w) => ({ left: w.x - around, right: w.x + around, top: w.y - around, bottom: w.y + around }));
  const taken: Box[] = [];
  return wanted.map((w, own) => {
    for (const [x, y] of candidates(w)) {
      const at = { left: x - w.width / 2, right: x + w.width / 2, top: y - w.height / 2, bottom: y + w.height / 2 };
      if (at.left < box.left || at.right > box.right || at.top < box.top || at.bottom > box.bottom) continue;
      if (taken.some((other) => overlap(at, other)) || points.some((point, i) => i !== own && overlap(at, point))) continue;
      taken.push(at);
      return [x, y];
    }
    return undefined;
  });
}

/** Beside, above and below the point first, then farther and farther round it. */
function* candidates(w: Wanted): Generator<[number, number]> {
  const [across, up] = [w.width / 2 + gap, w.height / 2 + gap];
  for (let ring = 0; ring < 14; ring++) {
    const far = ring * 16;
    const [dx, dy] = [across + far, up + far];
    yield [w.x + dx, w.y];
    yield [w.x - dx, w.y];
    yield [w.x, w.y - dy];
    yield [w.x, w.y + dy];
    for (const [sx, sy] of [[1, -1], [-1, -1], [1, 1], [-1, 1]] as const) {
      yield [w.x + sx * dx * 0.7, w.y + sy * dy];
      yield [w.x + sx * dx, w.y + sy * dy * 0.7];
    }
  }
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
