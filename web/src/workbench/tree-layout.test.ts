// The lines of a tree and its cuts.
import { describe, expect, it } from 'vitest';
import type { BoardTree } from '../api/types';
import { clustersAt, groups, heightOf, layout } from './tree-layout';

const leaf = (members: number, cluster: number, share: number | null = 0.25) => ({ members, cluster, share_sales: share });
const tree: BoardTree = {
  clusters: 2,
  leaves: [leaf(3, 1), leaf(1, 2), leaf(2, 1), leaf(4, 2)],
  joins: [
    { first: 0, second: 2, height: 1 },
    { first: 1, second: 3, height: 2 },
    { first: 4, second: 5, height: 8 },
  ],
};

describe('a tree of members', () => {
  it('has its leaves in an order in which no branches cross', () => {
    const { order, branches, top } = layout(tree);
    expect(order).toEqual([0, 2, 1, 3]);
    expect(top).toBe(8);
    expect(branches[0]).toEqual({ left: 0.125, right: 0.375, leftFrom: 0, rightFrom: 0, height: 0.125 });
    expect(branches[2]).toEqual({ left: 0.25, right: 0.75, leftFrom: 0.125, rightFrom: 0.25, height: 1 });
  });
  it('is cut where a line is drawn', () => {
    for (const clusters of [1, 2, 3, 4]) expect(clustersAt(tree, heightOf(tree, clusters))).toBe(clusters);
    expect(clustersAt(tree, 0.99)).toBe(2);
    expect(clustersAt(tree, 0)).toBe(4);
  });
  it('says what a cut gives, and loses nobody', () => {
    const { order } = layout(tree);
    expect(groups(tree, 2, order)).toEqual([
      { leaves: [0, 2], members: 5, shareSales: 0.5, of: [1] },
      { leaves: [1, 3], members: 5, shareSales: 0.5, of: [2] },
    ]);
    for (const clusters of [1, 2, 3, 4]) {
      const cut = groups(tree, clusters, order);
      expect(cut.length).toBe(clusters);
      expect(cut.reduce((sum, g) => sum + g.members, 0)).toBe(10);
    }
    expect(groups(tree, 1, order)[0]?.of).toEqual([1, 2]);
  });
  it('shows no sales where they are not told', () => {
    const hidden = { ...tree, leaves: tree.leaves.map((l) => ({ ...l, share_sales: null })) };
    expect(groups(hidden, 2, [0, 2, 1, 3])[0]?.shareSales).toBeUndefined();
  });
});
