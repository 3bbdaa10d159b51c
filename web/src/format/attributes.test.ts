import { expect, it } from 'vitest';
import { attributeName, plainWord, valueName } from './attributes';

it('says attributes in plain words, one name each', () => {
  expect(plainWord('need_group')).toBe('need group');
  expect([attributeName('category_1'), attributeName('category_3')]).toEqual(['Category 1', 'Category 3']);
  expect([attributeName('color'), attributeName('colour')]).toEqual(['Colour', 'Colour']);
});

it('says of a yes what it is about', () => {
  expect(valueName({ attribute: 'organic', value: 'yes' })).toBe('organic: yes');
  expect(valueName({ attribute: 'brand', value: 'Alpina' })).toBe('Alpina');
});
