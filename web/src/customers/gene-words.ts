// Genes as a page shows them: an interval as places on an axis, a sum to its last place. Pure; holds no display.
import type { GeneRow } from '../api/types';
import { valueName } from '../format/attributes';

const place = (value: number, most: number): number => 50 + 50 * Math.max(-1, Math.min(1, value / most));

/** Where a strength and its interval lie on an axis that ends at `most` on either side, in per cent of its width. */
export function span(strength: GeneRow['strength'], most: number): { low: number; value: number; high: number } {
  return { low: place(strength.low, most), value: place(strength.value, most), high: place(strength.high, most) };
}

/** Millionths as a number with all of its places, so that a sum can be checked by eye. */
export function exact(millionths: number): string {
  const sign = millionths < 0 ? '−' : '+';
  const whole = Math.abs(millionths);
  return `${sign}${Math.floor(whole / 1_000_000)}.${String(whole % 1_000_000).padStart(6, '0')}`;
}

/** The values that are told with a gene, each once: one word can be a value of two attributes. */
export const toldWith = (gene: GeneRow): string[] => [...new Set(gene.with.map(valueName))].filter((name) => name !== valueName(gene));
