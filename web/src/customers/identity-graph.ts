// Where the records of a customer stand in a picture, and which lines join them. Holds no display.
import type { CustomerIdentity, IdentityPair } from '../api/types';

/** Records drawn at most: more are a knot that nobody reads. */
export const drawnMax = 16;
export const size = { width: 560, height: 230 };

export interface Dot {
  key: number;
  x: number;
  y: number;
  /** The kinds of its identifiers. */
  kinds: string[];
}
export interface Line {
  a: Dot;
  b: Dot;
  pair: IdentityPair;
  tone: 'linked' | 'waits';
}
export interface Graph {
  dots: Dot[];
  lines: Line[];
  /** Records that are not drawn. */
  left: number;
}

/** Records on an ellipse in the order of their keys, beginning at the top, with the links that hold now between them; records
 * with most links are drawn where not all are. */
export function graphOf(told: Pick<CustomerIdentity, 'records' | 'links'>): Graph {
  const now = told.links.filter((link) => link.until == null);
  const many = (key: number) => now.filter((link) => link.a === key || link.b === key).length;
  const kept = [...told.records].sort((x, y) => many(y.record_key) - many(x.record_key) || x.record_key - y.record_key).slice(0, drawnMax);
  kept.sort((x, y) => x.record_key - y.record_key);
  const dots = kept.map((record, at): Dot => {
    const turn = (2 * Math.PI * at) / kept.length - Math.PI / 2;
    const round = (value: number) => Math.round(value * 10) / 10;
    const alone = kept.length === 1;
    return {
      key: record.record_key,
      x: round(size.width / 2 + (alone ? 0 : Math.cos(turn) * (size.width / 2 - 80))),
      y: round(size.height / 2 + (alone ? 0 : Math.sin(turn) * (size.height / 2 - 40))),
      kinds: [...new Set(record.identifiers.map((one) => one.field))],
    };
  });
  const dotOf = new Map(dots.map((dot) => [dot.key, dot]));
  const lines = now.flatMap((pair): Line[] => {
    const [a, b] = [dotOf.get(pair.a), dotOf.get(pair.b)];
    return a && b ? [{ a, b, pair, tone: pair.state === 'linked' ? 'linked' : 'waits' }] : [];
  });
  return { dots, lines, left: told.records.length - kept.length };
}
