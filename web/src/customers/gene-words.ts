// Genes as a page shows them: attributes in plain words, an interval as places on an axis. Pure; holds no display.
import type { GeneRow } from '../api/types';

/** An attribute as people read it. */
export const plainWord = (attribute: string): string => attribute.replaceAll('_', ' ').replace(/ \d$/, '');

/** A gene's value; of what products say yes or no of, with what it is about. */
export const nameOf = ({ attribute, value }: Pick<GeneRow, 'attribute' | 'value'>): string => (value === 'yes' || value === 'no' ? `${plainWord(attribute)}: ${value}` : value);

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
