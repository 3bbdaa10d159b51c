// Changes carry their sign, and each figure says of which period, run and costs it is.
import { describe, expect, it } from 'vitest';
import type { SchemeWorth } from '../api/types';
import { membersChange, salesChange, worthWords } from './worth';

const words = { one: 'store', many: 'stores' };

describe('worth of clusters', () => {
  it('signs changes', () => {
    expect([membersChange(1, words), membersChange(-12, words), membersChange(0, words)]).toEqual(['+1 store', '−12 stores', '±0 stores']);
    expect([salesChange(0.0234), salesChange(-0.01), salesChange(0.0001)]).toEqual(['+2.3 points of sales', '−1.0 points of sales', '±0.0 points of sales']);
  });
  it('says of what each figure is', () => {
    const s = {
      of: 'customers', run_title: 'Second', from: '2025-01-01', to: '2026-01-01', category: 'Wine', costed: 0.5, rounded_to: 10,
      before: { title: 'First', from: '2025-06-01', to: '2025-05-30', gone: [] },
    } as unknown as SchemeWorth;
    const said = worthWords(s, (d) => d);
    expect(said.sales).toContain('after 2025-01-01 until 2026-01-01, of Wine alone');
    expect(said.margin).toContain('50.0 % of sales');
    expect(said.change).toContain('“First”');
    expect(said.change).toContain('Changes in numbers of people are to the nearest 10');
    expect(said.change).toContain('can subtract');
    expect(worthWords({ ...s, before: null }, (d) => d).change).toBe('');
  });
});
