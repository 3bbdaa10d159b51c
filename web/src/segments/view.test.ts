// The heatmap's order is by what is significant, for all clusters or for one.
import { describe, expect, it } from 'vitest';
import type { Cluster, Feature } from '../api/types';
import { heatRows, viewsOf } from './view';

const feature = (key: string): Feature => ({ key, label: key, description: '', how_computed: '' });
const cluster = (id: number, effects: Record<string, [number, boolean]>): Cluster =>
  ({
    cluster: id,
    profile: Object.entries(effects).map(([key, [effect, significant]]) => ({ feature: key, value: 0, total: 0, index: 100, effect, significant })),
  }) as unknown as Cluster;

const scheme = {
  features: [feature('a'), feature('b'), feature('c')],
  clusters: [cluster(7, { a: [0.1, true], b: [9, false], c: [2, true] }), cluster(2, { a: [3, true], b: [0, false], c: [-2, true] })],
};

describe('segments view', () => {
  it('orders clusters by number and gives each its colour', () => {
    expect(viewsOf(scheme).map((v) => [v.cluster.cluster, v.tile])).toEqual([
      [2, 'var(--tile-0)'],
      [7, 'var(--tile-1)'],
    ]);
  });
  it('sorts by significant effects only', () => {
    expect(heatRows(scheme, viewsOf(scheme)).map((r) => r.feature.key)).toEqual(['c', 'a', 'b']);
    expect(heatRows(scheme, viewsOf(scheme), 2).map((r) => r.feature.key)).toEqual(['a', 'c', 'b']);
  });
  it('bears a missing cell', () => {
    const rows = heatRows({ features: [feature('z')] }, viewsOf(scheme));
    expect(rows[0]?.cells).toEqual([undefined, undefined]);
  });
});
