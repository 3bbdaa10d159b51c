// How newcomers are placed, in words, and weights as the server reads them. Pure; holds no display.
import type { Newcomers } from '../api/types';

/** The ways to choose from; auto takes the one that does best on known members. */
export const methods = [
  { word: 'auto', label: 'what does best on known ones' },
  { word: 'like', label: 'those most alike' },
  { word: 'model', label: 'the attributes of each cluster' },
  { word: 'largest', label: 'the largest cluster' },
  { word: 'tightest', label: 'the tightest cluster' },
] as const;

/** A way in words, as a row begins. */
export function wayOf(way: Newcomers['way']): string {
  const found = methods.find((m) => m.word === way);
  const label: string = found?.label ?? way;
  return label.charAt(0).toUpperCase() + label.slice(1);
}

/** Weights as the server reads them: `format=2,lat=0`. What is no number of 0 to 100 is left to its usual weight. */
export function weightsText(weights: Record<string, number>): string {
  const legal = Object.entries(weights).filter(([, weight]) => Number.isFinite(weight) && weight >= 0 && weight <= 100);
  return legal.map(([name, weight]) => `${name}=${weight}`).join(',');
}
