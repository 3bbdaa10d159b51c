import { expect, it } from 'vitest';
import type { GeneRow } from '../api/types';
import { exact, span, toldWith } from './gene-words';

it('places a strength within the axis', () => {
  expect(span({ low: -0.5, value: 0, high: 1.7 }, 1)).toEqual({ low: 25, value: 50, high: 100 });
  expect(span({ low: 0.05, value: 0.1, high: 0.2 }, 0.2)).toEqual({ low: 62.5, value: 75, high: 100 });
});

it('shows every place of a sum', () => {
  expect([exact(1_250_003), exact(-40), exact(0)]).toEqual(['+1.250003', '−0.000040', '+0.000000']);
});

it('names what is told with a gene once, and not the gene itself', () => {
  const gene = { attribute: 'flavour', value: 'beef', with: [{ attribute: 'kind', value: 'beef' }, { attribute: 'category_2', value: 'Cat Food' }, { attribute: 'category_3', value: 'Cat Food' }] } as GeneRow;
  expect(toldWith(gene)).toEqual(['Cat Food']);
});
