// CSV is read back as it was, and no cell becomes a formula.
import { describe, expect, it } from 'vitest';
import { cellText, toCsv } from './csv';

describe('toCsv', () => {
  const columns = [{ name: 'a', type: 'Utf8' }, { name: 'b', type: 'Int64' }];
  it('quotes what needs it', () => {
    expect(toCsv({ columns, rows: [['x,"y"\nz', 1], [null, -2.5]] })).toBe('a,b\r\n"x,""y""\nz",1\r\n,-2.5\r\n');
  });
  it('disarms formulas, keeps numbers', () => {
    expect(toCsv({ columns, rows: [['=HYPERLINK("x")', 1], ['-12.50', 2], ['@x', 3]] })).toBe('a,b\r\n"\'=HYPERLINK(""x"")",1\r\n-12.50,2\r\n\'@x,3\r\n');
  });
  it('writes nested values as JSON', () => {
    expect(cellText({ a: [1] })).toBe('{"a":[1]}');
  });
});
