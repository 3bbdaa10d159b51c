// Two runs of one recipe are told apart.
import { describe, expect, it } from 'vitest';
import type { SchemeFile } from '../api/types';
import { dated, factsOf, madeBy, pair, titled } from './scenario-text';

const row = { run_id: 'b', title: 'Recipe 2', clusters: 4, at: '2026-11-30T12:31:00Z', author: 'person:2' };

describe('what a run is called', () => {
  it('says the number of clusters once', () => {
    expect(titled(row, 'cluster')).toBe('Recipe 2, 4 clusters');
    expect(titled({ ...row, title: 'Recipe 2, 4 clusters, Ward' }, 'cluster')).toBe('Recipe 2, 4 clusters, Ward');
    expect(titled({ ...row, clusters: 1 }, 'segment')).toBe('Recipe 2, 1 segment');
  });
  it('says how many there are in all where the title says how many each part was asked for', () => {
    expect(titled({ title: 'Recipe 1, 3 clusters', clusters: 10 }, 'cluster')).toBe('Recipe 1, 3 clusters, 10 in all');
  });
  it('tells two of one title and one minute by their ids', () => {
    const [a, b] = [{ ...row, run_id: '01a22d43-27f5-7ce8-b7ce-fe86874c2685' }, { ...row, run_id: '01a22d43-2801-7ce8-b7ce-fe86874cffff' }];
    expect(dated(a, 'cluster')).toBe('Recipe 2, 4 clusters, 30 Nov 2026, 12:31, run 01a22d43…2685');
    expect(dated(a, 'cluster')).not.toBe(dated(b, 'cluster'));
    expect(factsOf(a)).toBe('30 Nov 2026, 12:31, run 01a22d43…2685');
    expect(pair(a, b, 'cluster')).toEqual([dated(a, 'cluster'), dated(b, 'cluster')]);
  });
  it('says instants of two only where nothing else differs', () => {
    expect(pair(row, { ...row, clusters: 5 }, 'cluster')).toEqual(['Recipe 2, 4 clusters', 'Recipe 2, 5 clusters']);
    const [a, b] = pair(row, { ...row, at: '2026-11-30T12:32:00Z' }, 'cluster');
    expect(a).not.toBe(b);
  });
  it('names who made it, not who decided on it', () => {
    const steps = [
      { run_id: 'b', author: 'person:2' },
      { run_id: 'b', author: 'person:1' },
      { run_id: 'a', author: 'person:3' },
    ] as SchemeFile['steps'];
    expect(madeBy({ steps }, row)).toBe('person:1');
    expect(madeBy({ steps: [] }, row)).toBe('person:2');
  });
});
