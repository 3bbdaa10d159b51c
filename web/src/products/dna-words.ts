// Attributes of products in words. Holds no fetching.
import type { DnaCorrectionRow, DnaValue } from '../api/types';

/** The attributes that a correction can be about, in the order in which they are told. */
export const attributes = ['kind', 'brand', 'colour', 'material', 'pattern', 'size', 'pack', 'flavour', 'occasion', 'dietary', 'price_tier', 'style'];

/** Those of which a product has one value, so that a second takes the place of the first. */
export const isSingle = (attribute: string): boolean => ['brand', 'pack', 'price_tier'].includes(attribute);

export const sourceName: Record<DnaValue['source'], string> = { person: 'a person', field: 'catalogue', text: 'text', picture: 'picture', price: 'price' };

/** Where a correction stands, given when the newest run read products. */
export function correctionState(one: DnaCorrectionRow, readAt?: string | null): string {
  if (!one.undone_at) return one.in_effect ? 'in effect' : 'from the next run on';
  if (one.in_effect) return 'taken back';
  return wasRead(one, readAt) ? 'taken back from the next run on' : 'taken back before a run read it: it never counted';
}

/** Whether the newest run came after the correction was made. */
export function wasRead(one: DnaCorrectionRow, readAt?: string | null): boolean {
  return readAt != null && Date.parse(readAt) >= Date.parse(one.at);
}

/** How a product of the finder stands to an answer. */
export function fitText(standing: string | null | undefined, has: string[]): string {
  if (standing === 'unknown') return 'not known';
  const values = has.join(', ');
  if (standing === 'met') return values ? `${values}, as wanted` : 'as wanted';
  if (standing === 'failed') return values ? `${values}, not as wanted` : 'not as wanted';
  return [standing, values].filter(Boolean).join(' ');
}

/** What the counts of a level say, in the words of the drivers of choice. */
const standings: Record<string, string | undefined> = {
  compared: '',
  'not offered': 'stood on no shelf',
  'not compared': 'never stood beside another',
  'never taken': 'never taken: how little it is wanted is a guess',
  'always taken': 'always taken: how much it is wanted is a guess',
};
export const standingText = (standing: string): string => standings[standing] ?? standing;
