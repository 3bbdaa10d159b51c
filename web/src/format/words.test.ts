// What people read is right to the digit.
import { describe, expect, it } from 'vitest';
import { author, bytes, count, day, duration, fixed, moment, money, month, number, lowerFirst, percent, plural, quantity, shortId } from './words';

describe('words', () => {
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
  });
  it('writes shares', () => {
    expect(percent(0.5)).toBe('50%');
    expect(percent(0.054)).toBe('5.4%');
    expect(percent(1)).toBe('100%');
    expect(percent(0.9987)).toBe('99.9%');
    expect(percent(0)).toBe('0%');
    expect(percent(0.9998)).toBe('99.98%');
    expect(percent(0.999999)).toBe('>99.99%');
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
  });
  it('follows the unit', () => {
    expect(quantity('9747747.9300', 'GBP')).toBe('£9,747,748');
    expect(quantity('0.42', 'share')).toBe('42%');
    expect(quantity(417.2, 'money', false, 'EUR')).toBe('€417.20');
    expect(quantity(417.2, 'money')).toBe('417');
    expect(quantity(31, 'days')).toBe('31 days');
    expect(quantity('4338', null)).toBe('4,338');
    expect(quantity('no returns yet', null)).toBe('no returns yet');
    expect(quantity('2011-12-09T10:00:00Z', 'date')).toBe('9 Dec 2011');
  });
});
