// The product finder in words: for whom it may ask, what an answer says, and what answers declare. Pure; holds no display.
import type { FinderAnswer, FinderDeclared, Purpose } from '../api/types';
import { attributeName, valueName } from '../format/attributes';

/** Whether the finder may know its shopper for a purpose. */
export const knowsShopper = (purpose: Purpose | undefined): boolean => purpose === 'personalisation' || purpose === 'service';

/** What was answered, after the attribute. */
export function said(one: FinderAnswer): string {
  if (one.choice === 'dont_mind') return 'does not matter';
  if (one.choice === 'skipped') return 'not answered';
  const values = (one.values ?? []).join(', ');
  return one.choice === 'any_of' ? values : `not ${values}`;
}

/** What a customer declares with an answer: a value that is wished for or refused. */
export const declaredText = (one: FinderDeclared): string => `${attributeName(one.attribute)}: ${one.wished ? '' : 'not '}${valueName(one)}`;
