import { expect, test } from 'vitest';
import type { IdentityPair } from '../api/types';
import { drawnMax, graphOf, size } from './identity-graph';

const record = (record_key: number) => ({ record_key, identifiers: [{ field: 'email', value: '' }, { field: 'email', value: '' }, { field: 'loyalty', value: '' }], fields: [] });
const link = (a: number, b: number, state: IdentityPair['state'] = 'linked', until: string | null = null): IdentityPair => ({ a, b, state, until, score: null, threshold: null, evidence: [], doubt: null, run_id: 'r', since: '2026-01-01T00:00:00Z' });

test('every record is a dot within the picture and every link that holds a line', () => {
  const graph = graphOf({ records: [record(9), record(3), record(5)], links: [link(3, 5), link(3, 9, 'review'), link(5, 9, 'linked', '2026-02-01T00:00:00Z'), link(3, 77)] });
  expect(graph.dots.map((dot) => dot.key)).toEqual([3, 5, 9]);
  for (const dot of graph.dots) {
    expect(dot.x >= 0 && dot.x <= size.width && dot.y >= 0 && dot.y <= size.height).toBe(true);
    expect(dot.kinds).toEqual(['email', 'loyalty']);
  }
  expect(graph.lines.map((line) => [line.a.key, line.b.key, line.tone])).toEqual([[3, 5, 'linked'], [3, 9, 'waits']]);
  expect(graph.left).toBe(0);
});

test('of too many records those with most links are drawn, and it is said how many are not', () => {
  const records = Array.from({ length: drawnMax + 4 }, (_, at) => record(at + 1));
  const last = records.length;
  const graph = graphOf({ records, links: [link(last, last - 1)] });
  expect(graph.dots).toHaveLength(drawnMax);
  expect(graph.left).toBe(4);
  expect(graph.lines).toHaveLength(1);
});
