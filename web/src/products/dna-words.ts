// Attributes of products in words. Holds no fetching.
import type { DnaCorrectionRow, DnaValue } from '../api/types';
import { upperFirst } from '../format/words';

/** The attributes that a correction can be about, in the order in which they are told. */
export const attributes = ['kind', 'brand', 'colour', 'material', 'pattern', 'size', 'pack', 'flavour', 'occasion', 'dietary', 'price_tier', 'style'];

export const attributeName = (attribute: string): string => upperFirst(attribute.replaceAll('_', ' '));

export const sourceName: Record<DnaValue['source'], string> = { person: 'a person', field: 'catalogue', text: 'text', price: 'price' };

/** Where a correction stands. */
export function correctionState(one: DnaCorrectionRow): string {
  if (one.undone_at) return one.in_effect ? 'taken back' : 'taken back from the next run on';
  return one.in_effect ? 'in effect' : 'from the next run on';
}
