// Attributes and values of products and genes as people read them. Pure; holds no display.
import { upperFirst } from './words';

/** Names that feeds write otherwise than pages do. */
const named: Record<string, string | undefined> = { color: 'colour' };

/** An attribute in the middle of a sentence. */
export const plainWord = (attribute: string): string => named[attribute] ?? attribute.replaceAll('_', ' ');

/** An attribute at the start of a line. */
export const attributeName = (attribute: string): string => upperFirst(plainWord(attribute));

/** A value; of what products say yes or no of, with what it is about. */
export const valueName = ({ attribute, value }: { attribute: string; value: string }): string => (value === 'yes' || value === 'no' ? `${plainWord(attribute)}: ${value}` : value);
