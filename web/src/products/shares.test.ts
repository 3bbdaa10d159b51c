import { describe, expect, it } from 'vitest';
import { branches, leaning, lostText, parts, shareBetween, tellsLost, tenthsText, timesBetween, timesText } from './shares';

const share = (id: string, tenths: number) => ({ product_id: id, name: id, tenths, by_sales: 0.5, switches: 3, by_pull: 2 });

describe('shares', () => {
  it('are a hundred per cent together, the lost part last', () => {
    const all = parts({ sentence: '', held: 0.2, to: [share('a', 612), share('b', 200)], others_tenths: 38, lost_tenths: 150 });
    expect(all.reduce((sum, part) => sum + part.tenths, 0)).toBe(1000);
    expect(all.map((part) => part.kind)).toEqual(['product', 'product', 'others', 'lost']);
    expect(all.map((part) => tenthsText(part.tenths))).toEqual(['61.2\u202f%', '20.0\u202f%', '3.8\u202f%', '15.0\u202f%']);
  });
  it('have no lost part where the data cannot tell', () => {
    expect(parts({ sentence: '', held: 0.2, to: [share('a', 1000)], others_tenths: 0 }).map((part) => part.key)).toEqual(['a']);
  });
});

describe('the lost part', () => {
  it('says what it was read from', () => {
    expect(lostText('promotions')).toContain('gains from promotions');
    expect(lostText('promotions')).not.toContain('empty shelves');
    expect(lostText('shelves')).toContain('empty shelves');
  });
  it('is shown where a category has one', () => {
    expect(tellsLost('promotions', [{}, { lost: 0.1 }])).toBe(true);
    expect(tellsLost('promotions', [{}, { lost: null }])).toBe(false);
    expect(tellsLost('nothing', [{ lost: 1 }])).toBe(false);
  });
});

describe('strengths', () => {
  it('are factors, and lean to their side', () => {
    expect(timesText(Math.log(2.5))).toBe('2.50 ×');
    expect(leaning(Math.log(8))).toBeCloseTo(1);
    expect(leaning(-9)).toBe(-1);
    expect(leaning(0)).toBe(0);
  });
});

describe('intervals', () => {
  it('are read as what they are about, and blank where a run kept none', () => {
    expect(timesBetween(Math.log(1.2), Math.log(3))).toBe('1.20 to 3.00');
    expect(timesBetween(undefined, 0)).toBe('');
    expect(shareBetween(0, 0.125)).toBe('0.0 to 12.5\u202f%');
    expect(shareBetween(0.1, null)).toBe('');
  });
  it('go with their part', () => {
    const told = { ...share('a', 900), low: 0.8, high: 0.95 };
    const all = parts({ sentence: '', held: 0, to: [told], others_tenths: 0, lost_tenths: 100, lost_low: 0, lost_high: 0.3 });
    expect(all.map((part) => shareBetween(part.low, part.high))).toEqual(['80.0 to 95.0\u202f%', '0.0 to 30.0\u202f%']);
  });
});

describe('a tree', () => {
  it('is read from the root, branch by branch', () => {
    const split = (attribute: string) => ({ attribute, gain: 9, within: 1.2, between: 0.7, stability: 0.9 });
    const found = branches([
      { node: 0, products: 5, split: split('kind') },
      { node: 1, parent: 0, level: 'tea', products: 3, split: split('size') },
      { node: 2, parent: 1, products: 1 },
      { node: 3, parent: 1, level: '200 g', products: 2 },
      { node: 4, parent: 0, level: 'coffee', products: 2 },
    ]);
    expect(found.map((b) => `${b.depth} ${b.label}`)).toEqual(['0 All', '1 kind: tea', '2 size: none', '2 size: 200 g', '1 kind: coffee']);
  });
});
