// A month that the data only begins or ends in is told from a whole one.
import { describe, expect, it } from 'vitest';
import { partOf } from './months';

const first = '2010-12-01T08:26:00Z';
const last = '2011-12-09T12:50:00Z';

describe('partOf', () => {
  it('finds the month in which the data ends', () => expect(partOf('2011-12', first, last)).toEqual({ from: 1, to: 9, days: 31 }));
  it('finds the month in which it begins', () => expect(partOf('2010-12', '2010-12-13T10:00:00Z', last)).toEqual({ from: 13, to: 31, days: 31 }));
  it('leaves whole months alone', () => {
    expect(partOf('2010-12', first, last)).toBeUndefined();
    expect(partOf('2011-06', first, last)).toBeUndefined();
    expect(partOf('2012-02', first, '2012-02-29T20:00:00Z')).toBeUndefined();
  });
  it('bears that nothing is known', () => {
    expect(partOf('2011-12', undefined, null)).toBeUndefined();
    expect(partOf('soon', first, last)).toBeUndefined();
  });
});
