// Reading and writing the cells of rules in a recipe's text.
import { describe, expect, it } from 'vitest';
import { cells, condition, joined, measure, withCell, withLine, withoutCell } from './rule-text';

const text = `title = "By rules"
of = "customers"

[rules]
else = "All others"

[[rules.cells]]
name = "Big and recent"   # the best
when = "spend >= 400 and recency_days <= 60 days"

[[rules.cells]]
name = 'Wine'
when = 'receipts("Wine", 90 days) >= 1'

[[features]]
use = "buying"
weight = 100
`;

describe('cells of rules', () => {
  it('are read in order', () => {
    expect(cells(text).map((c) => [c.name, c.when])).toEqual([
      ['Big and recent', 'spend >= 400 and recency_days <= 60 days'],
      ['Wine', 'receipts("Wine", 90 days) >= 1'],
    ]);
  });
  it('are written where they stand, and nothing else changes', () => {
    const [first, second] = cells(text);
    const changed = withLine(withLine(text, first?.nameLine ?? 0, 'Very "big"'), second?.whenLine ?? 0, 'city = "Ulm"');
    expect(cells(changed).map((c) => [c.name, c.when])).toEqual([
      ['Very "big"', 'spend >= 400 and recency_days <= 60 days'],
      ['Wine', 'city = "Ulm"'],
    ]);
    expect(changed).toContain('# the best');
    expect(changed.split('\n').length).toBe(text.split('\n').length);
  });
  it('are added and taken out', () => {
    const more = withCell(text, "Peter's", 'city = "Köln"');
    expect(cells(more).map((c) => c.name)).toEqual(['Big and recent', 'Wine', "Peter's"]);
    expect(more.indexOf("Peter's")).toBeLessThan(more.indexOf('[[features]]'));
    const [, second] = cells(more);
    if (!second) throw new Error('there is a second cell');
    const less = withoutCell(more, second);
    expect(cells(less).map((c) => c.name)).toEqual(['Big and recent', "Peter's"]);
    expect(less).toContain('use = "buying"');
    expect(cells(withCell('[rules]\n', 'One', 'spend > 1'))).toHaveLength(1);
  });
  it('are left to the text where one cannot be read', () => {
    expect(cells(text.replace('when = "spend', 'when = """spend'))).toEqual([]);
  });
});

describe('conditions', () => {
  it('are written in the language of rules', () => {
    expect(condition({ subject: 'spend', kind: 'number', test: '>=', value: '400', not: false })).toBe('spend >= 400');
    expect(condition({ subject: 'recency_days', kind: 'days', test: '<', value: '60', not: true })).toBe('not recency_days < 60 days');
    expect(condition({ subject: 'promotion_share', kind: 'share', test: '>', value: '30', not: false })).toBe('promotion_share > 30 %');
    expect(condition({ subject: 'city', kind: 'text', test: '=', value: 'a "b"', not: false })).toBe('city = "a \\"b\\""');
    expect(condition({ subject: 'age', kind: 'number', test: 'is known', value: '', not: false })).toBe('age is known');
    expect(condition({ subject: 'spend', kind: 'number', test: '>', value: 'much', not: false })).toBe('');
    expect(measure('receipts', 'Wine', 90)).toBe('receipts("Wine", 90 days)');
    expect(measure('days_since', '', null)).toBe('days_since()');
  });
  it('keep their meaning when one is added', () => {
    expect(joined('', 'and', 'a > 1')).toBe('a > 1');
    expect(joined('a > 1 or b > 1', 'and', 'c > 1')).toBe('(a > 1 or b > 1) and c > 1');
    expect(joined('a > 1 and city = "x or y"', 'and', 'c > 1')).toBe('a > 1 and city = "x or y" and c > 1');
    expect(joined('a > 1 and b > 1', 'or', 'c > 1')).toBe('a > 1 and b > 1 or c > 1');
  });
});
