import { expect, it } from 'vitest';
import { declaredText, knowsShopper, said } from './finder-words';

it('knows a shopper to choose what is shown and to help, and for nothing else', () => {
  expect([knowsShopper('personalisation'), knowsShopper('service'), knowsShopper('analytics'), knowsShopper(undefined)]).toEqual([true, true, false, false]);
});

it('says what was answered', () => {
  expect(said({ attribute: 'colour', choice: 'any_of', values: ['blue', 'green'] })).toBe('blue, green');
  expect(said({ attribute: 'colour', choice: 'other_than', values: ['blue'] })).toBe('not blue');
  expect(said({ attribute: 'colour', choice: 'dont_mind' })).toBe('does not matter');
});

it('says what is declared, wished for or refused', () => {
  expect(declaredText({ attribute: 'price_tier', value: 'premium', wished: true })).toBe('Price tier: premium');
  expect(declaredText({ attribute: 'color', value: 'blue', wished: false })).toBe('Colour: not blue');
});
