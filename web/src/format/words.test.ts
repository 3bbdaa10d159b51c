// What people read is right to the digit.
import { describe, expect, it } from 'vitest';
import { author, bytes, count, day, duration, fixed, moment, money, month, number, lowerFirst, percent, plural, prose, quantity, shortId, signed, upperFirst } from './words';

describe('words', () => {
  it('signs changes by what is left of them after rounding', () => {
    expect([signed(1.04, 1), signed(0.04, 1), signed(-0.04, 1), signed(-0.06, 1)]).toEqual(['+1.0', '±0.0', '±0.0', '−0.1']);
    expect([signed(1200), signed(-3), signed(0)]).toEqual(['+1,200', '−3', '±0']);
  });
  it('writes numbers', () => {
    expect(count(1234567)).toBe('1,234,567');
    expect(count(undefined)).toBe('–');
    expect(number(0.01234)).toBe('0.0123');
    expect(number(12.345)).toBe('12.3');
    expect(number(1.2345)).toBe('1.23');
    expect(number(1234.5)).toBe('1,235');
    expect(number(Number.NaN)).toBe('–');
    expect(fixed(0.125)).toBe('0.13');
    expect(fixed(null)).toBe('–');
    expect(fixed(2, 3)).toBe('2.000');
    expect(fixed(1234.5, 1)).toBe('1,234.5');
  });
  it('writes shares one way', () => {
    expect(percent(0.5)).toBe('50.0\u202f%');
    expect(percent(0.123)).toBe('12.3\u202f%');
    expect(percent(0.054)).toBe('5.4\u202f%');
    expect(percent(0.0074)).toBe('0.7\u202f%');
    expect(percent(0.0003)).toBe('0.03\u202f%');
    expect(percent(1)).toBe('100\u202f%');
    expect(percent(0.9987)).toBe('99.9\u202f%');
    expect(percent(0)).toBe('0\u202f%');
    expect(percent(0.42, 0)).toBe('42\u202f%');
  });
  it('writes what is not all never as all, and what is not nothing never as nothing', () => {
    expect(percent(0.9998)).toBe('99.98\u202f%');
    expect(percent(0.999999)).toBe('>99.99\u202f%');
    expect(percent(0.00001)).toBe('<0.01\u202f%');
  });
  it('sets the figures of a sentence as the page sets its own', () => {
    expect(prose('1011 customers (23.3 %): spend 6117.57 against 2021.47.')).toBe('1,011 customers (23.3\u202f%): spend 6,117.57 against 2,021.47.');
    expect(prose('outside -26.65 to 32.65; the farthest is -168469.60')).toBe('outside -26.65 to 32.65; the farthest is -168,469.60');
    expect(prose('(stability .57, silhouette .13)')).toBe('(stability 0.57, silhouette 0.13)');
    expect(prose('541909 read, 1,234,567 kept, 98% and 71 % of spend')).toBe('541,909 read, 1,234,567 kept, 98\u202f% and 71\u202f% of spend');
  });
  it('leaves years, dates, times and names in a sentence alone', () => {
    for (const text of ['on 9 December 2011, at 12:50', '2011-12-09T12:50:00Z', 'since 2010', 'receipt 536365', 'seed 20101201', 'Nearer to Renamed 69630 than to Buyers 2011', 'order_lines_2011', 'online_12345.csv.gz', '10/12345', 'v0.1.0', '100%-x2']) {
      expect(prose(text).replace('\u202f', '')).toBe(text);
    }
  });
  it('writes money without losing a digit of a price', () => {
    expect(money('12.5000', 'GBP')).toBe('£12.50');
    expect(money('0.0010', 'GBP', true)).toBe('£0.001');
    expect(money('1234.5600', 'EUR')).toBe('€1,235');
    expect(money('1234.5600', 'EUR', true)).toBe('€1,234.56');
    expect(money('-7.2000', 'GBP', true)).toBe('-£7.20');
    expect(money('', 'GBP')).toBe('–');
    expect(money('text', 'GBP')).toBe('text');
    expect(money('3', 'not a code')).toBe('3.00');
  });
  it('writes times in UTC', () => {
    expect(day('2011-12-09T23:59:00Z')).toBe('9 Dec 2011');
    expect(moment('2011-12-09T23:59:00Z')).toContain('23:59');
    expect(month('2011-03')).toBe('Mar 2011');
    expect(day('soon')).toBe('soon');
  });
  it('writes spans and sizes', () => {
    expect(duration(0.25)).toBe('250 ms');
    expect(duration(12.34)).toBe('12.3 s');
    expect(duration(125)).toBe('2 min 5 s');
    expect(bytes(950)).toBe('950 B');
    expect(bytes(45_600_000)).toBe('45.6 MB');
    expect(plural(1, 'row')).toBe('1 row');
    expect(plural(2, 'row')).toBe('2 rows');
  });
  it('shortens ids and keeps names', () => {
    expect(shortId('01a20c8d-7943-7f96-8918-469ee23c06b3')).toBe('01a20c8d…06b3');
    expect(author('person:01a20c8d-7943-7f96-8918-469ee23c06b3')).toBe('person 01a20c8d…06b3');
    expect(author('command-line')).toBe('command-line');
    expect(lowerFirst('Help a customer')).toBe('help a customer');
    expect(upperFirst('rows')).toBe('Rows');
  });
  it('follows the unit', () => {
    expect(quantity('9747747.9300', 'GBP')).toBe('£9,747,748');
    expect(quantity('0.42', 'share')).toBe('42.0\u202f%');
    expect(quantity('71 % of spend', null)).toBe('71\u202f% of spend');
    expect(quantity(1, 'receipts')).toBe('1 receipt');
    expect(quantity(4338, 'receipts')).toBe('4,338 receipts');
    expect(quantity(417.2, 'money', false, 'EUR')).toBe('€417.20');
    expect(quantity(417.2, 'money')).toBe('417');
    expect(quantity(31, 'days')).toBe('31 days');
    expect(quantity('4338', null)).toBe('4,338');
    expect(quantity('no returns yet', null)).toBe('no returns yet');
    expect(quantity('2011-12-09T10:00:00Z', 'date')).toBe('9 Dec 2011');
  });
});
