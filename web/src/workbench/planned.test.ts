// What is planned survives what is made live before it, and the page says so before it happens.
import { describe, expect, it } from 'vitest';
import type { SchemeFile } from '../api/types';
import { plannedOf, plannedWords, stayingWords } from './planned';

const plan = (run_id: string, from: string, state = 'planned') => ({ run_id, title: `Run ${run_id}`, state, from });
const file = { publications: [plan('c', '2026-12-09T00:00:00Z'), plan('b', '2026-12-03T00:00:00Z'), plan('a', '2026-11-01T00:00:00Z', 'live')] } as unknown as SchemeFile;

describe('what is planned', () => {
  it('is told the soonest first, without what is live', () => {
    expect(plannedOf(file).map((p) => p.run_id)).toEqual(['b', 'c']);
  });
  it('ends what is made live now', () => {
    expect(plannedWords(file, {})[0]).toBe('Only until 3 Dec 2026: “Run b” stays planned and becomes live that day.');
    expect(plannedWords({ publications: [] }, {})).toEqual([]);
  });
  it('gives way on its own day, and comes before a later one', () => {
    expect(plannedWords(file, { from: '2026-12-03' })).toEqual(['Only until 9 Dec 2026: “Run c” stays planned and becomes live that day.']);
    expect(plannedWords(file, { from: '2026-12-05' })[0]).toBe('“Run b” is live from 3 Dec 2026 until then, as planned.');
  });
  it('stays where nothing is made live', () => {
    expect(stayingWords(file)).toEqual(['“Run b” stays planned and becomes live on 3 Dec 2026.', '“Run c” stays planned and becomes live on 9 Dec 2026.']);
  });
  it('may be the run itself', () => {
    expect(plannedWords(file, { besides: 'b' })[0]).toBe('It is planned already: from 3 Dec 2026 it is live in any case.');
  });
});
