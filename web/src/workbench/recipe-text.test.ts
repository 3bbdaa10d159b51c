// Reading and writing weights in a recipe's text.
import { describe, expect, it } from 'vitest';
import { filters, sum, weights, withWeight } from './recipe-text';

const text = `title = "Shops"
of = "stores"

[method]
seed = 1

[[features]]
use = "sales_mix"           # what they sell
by = "category_2"
weight = 60                 # per cent

[[features]]
use = "performance"
weight = 40.5
`;

describe('weights of a recipe', () => {
  it('are read block by block', () => {
    expect(weights(text)).toEqual([
      { name: 'sales mix by category 2', weight: 60, line: 9 },
      { name: 'performance', weight: 40.5, line: 13 },
    ]);
    expect(sum(weights(text))).toBe(100.5);
  });
  it('are written where they stand, and nothing else changes', () => {
    const changed = withWeight(text, 9, 59.5);
    expect(changed).toContain('weight = 59.5                 # per cent');
    expect(sum(weights(changed))).toBe(100);
    expect(withWeight(changed, 9, 60)).toBe(text);
  });
  it('leave a method and broken lines alone', () => {
    expect(weights('[method]\nweight = 3\n[[features]]\nweight = x\n')).toEqual([]);
  });
});

describe('filters of a recipe', () => {
  it('are read from their own table alone', () => {
    const where = `of = "stores"\nnest = ["format"]\n\n[where]\nformat = ["supermarket", "hyper-market"]  # the large ones\nstore_region = ['North']\n\n[method]\nby = "kmeans"\n`;
    expect(filters(where)).toEqual([
      { attribute: 'format', values: ['supermarket', 'hyper-market'] },
      { attribute: 'store region', values: ['North'] },
    ]);
    expect(filters(text)).toEqual([]);
  });
  it('are not told where they are written in another way', () => {
    const others = [
      '[where]\nstore_region = ["North"]\nformat = [\n  "supermarket",\n  "kiosk",\n]\n',
      'where = { format = ["supermarket"] }\n',
      'where.format = ["supermarket"]\n',
      '[where]\nstore_region = ["North"]\n"format" = ["supermarket"]\n',
      '[where]\nformat = ["a \\" b"]\n',
      'title = """\n[where]\nformat = ["supermarket"]\n"""\n',
    ];
    for (const other of others) expect(filters(other), other).toEqual([]);
    const remark = '[where] # kept\n\n# these\nformat = ["a]", "b",] # ["c"]\n';
    expect(filters(remark)).toEqual([{ attribute: 'format', values: ['a]', 'b'] }]);
  });
});
