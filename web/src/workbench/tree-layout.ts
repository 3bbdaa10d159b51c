// Where the lines of a tree of members lie, and what a cut leaves. Pure; holds no display.
import type { BoardTree } from '../api/types';

/** A join as drawn: from the first branch up, across and down to the second. Shares of the width and of the greatest height. */
export interface Branch {
  left: number;
  right: number;
  /** Heights at which the two branches begin. */
  leftFrom: number;
  rightFrom: number;
  height: number;
}

export interface Layout {
  /** Leaves from left to right. */
  order: number[];
  branches: Branch[];
  /** The greatest height, in the tree's own units. */
  top: number;
}

/** Leaves in an order in which no two branches cross, evenly spaced. */
export function layout(tree: BoardTree): Layout {
  const leaves = tree.leaves.length;
  const order: number[] = [];
  // Without recursion: a chain may be as deep as it has leaves.
  const open = [leaves + tree.joins.length - 1];
  while (open.length > 0) {
    const node = open.pop() as number;
    const join = tree.joins[node - leaves];
    if (join) open.push(join.second, join.first);
    else order.push(node);
  }
  const top = Math.max(...tree.joins.map((j) => j.height), 0) || 1;
  const at = new Map<number, { x: number; y: number }>();
  order.forEach((leaf, place) => at.set(leaf, { x: (place + 0.5) / leaves, y: 0 }));
  const branches = tree.joins.map((join, i) => {
    const [a, b] = [at.get(join.first), at.get(join.second)].map((p) => p ?? { x: 0, y: 0 }) as [{ x: number; y: number }, { x: number; y: number }];
    const height = join.height / top;
    at.set(leaves + i, { x: (a.x + b.x) / 2, y: height });
    return { left: a.x, right: b.x, leftFrom: a.y, rightFrom: b.y, height };
  });
  return { order, branches, top };
}

/** The height, as a share of the greatest, halfway between the joins that leave so many clusters and the next. */
export function heightOf(tree: BoardTree, clusters: number): number {
  const top = Math.max(...tree.joins.map((j) => j.height), 0) || 1;
  const made = tree.leaves.length - clusters;
  const below = tree.joins[made - 1]?.height ?? 0;
  const above = tree.joins[made]?.height ?? top * 1.06;
  return (below + above) / 2 / top;
}

/** How many clusters a line at this share of the greatest height leaves. */
export function clustersAt(tree: BoardTree, share: number): number {
  const top = Math.max(...tree.joins.map((j) => j.height), 0) || 1;
  return tree.leaves.length - tree.joins.filter((j) => j.height <= share * top).length;
}

export interface Group {
  /** Leaves, in the order of the tree. */
  leaves: number[];
  members: number;
  shareSales: number | undefined;
  /** Clusters of the run whose members are in it, ascending. */
  of: number[];
}

/** What a cut into so many clusters gives, from left to right. */
export function groups(tree: BoardTree, clusters: number, order: number[]): Group[] {
  const sets: (number[] | undefined)[] = tree.leaves.map((_, leaf) => [leaf]);
  for (const join of tree.joins.slice(0, tree.leaves.length - clusters)) {
    const both = [...(sets[join.first] ?? []), ...(sets[join.second] ?? [])];
    sets[join.first] = sets[join.second] = undefined;
    sets.push(both);
  }
  const place = new Map(order.map((leaf, i) => [leaf, i]));
  const found = sets.filter((set) => set !== undefined).map((set) => {
    const leaves = [...set].sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
    const own = leaves.map((leaf) => tree.leaves[leaf]).filter((leaf) => leaf !== undefined);
    const shares = own.map((leaf) => leaf.share_sales);
    return {
      leaves,
      members: own.reduce((sum, leaf) => sum + leaf.members, 0),
      shareSales: shares.some((s) => s === null || s === undefined) ? undefined : shares.reduce<number>((sum, s) => sum + (s ?? 0), 0),
      of: [...new Set(own.map((leaf) => leaf.cluster))].sort((a, b) => a - b),
    };
  });
  return found.sort((a, b) => (place.get(a.leaves[0] ?? 0) ?? 0) - (place.get(b.leaves[0] ?? 0) ?? 0));
}
