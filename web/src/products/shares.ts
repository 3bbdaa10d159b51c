// Shares, strengths and the tree as the eye reads them. Holds no fetching and no display.
import type { DemandNode, DemandProduct, DemandRun, Transfer } from '../api/types';
import { fixed } from '../format/words';

/** Tenths of a per cent, which the server made add up, as a percentage with one digit. */
export const tenthsText = (tenths: number): string => `${fixed(tenths / 10, 1)}\u202f%`;

/** How many times as often as by chance two products are bought together. */
export const timesText = (strength: number): string => `${fixed(Math.exp(strength), 2)} ×`;

/** The interval of such a factor; blank where a run kept none. */
export const timesBetween = (low: number | null | undefined, high: number | null | undefined): string =>
  low === null || low === undefined || high === null || high === undefined ? '' : `${fixed(Math.exp(low), 2)} to ${fixed(Math.exp(high), 2)}`;

/** The interval of a share, in per cent; blank where there is none. */
export const shareBetween = (low: number | null | undefined, high: number | null | undefined): string =>
  low === null || low === undefined || high === null || high === undefined ? '' : `${fixed(100 * low, 1)} to ${fixed(100 * high, 1)}\u202f%`;

/** What the column of the lost part says of itself, by what the lost part was read from. */
export function lostText(from: DemandRun['lost_from']): string {
  const what = 'The share of the product\u2019s demand that no other product gains when it leaves, ';
  return from === 'promotions'
    ? `${what}as read from what the category gains from promotions. Where promotions make customers stock up it comes out too high.`
    : `${what}as read from empty shelves. An upper bound: who finds one may leave at once, who knows that a product is gone for good may lose less.`;
}

/** Whether a category has a lost part to show: it is told of some categories, not of others. */
export const tellsLost = (from: DemandRun['lost_from'], products: Pick<DemandProduct, 'lost'>[]): boolean =>
  from !== 'nothing' && products.some((product) => product.lost !== undefined && product.lost !== null);

/** How far a strength leans to one side of a bar, -1..1: a factor of eight fills it. */
export const leaning = (strength: number): number => Math.max(-1, Math.min(1, strength / Math.log(8)));

export interface Part {
  key: string;
  name: string;
  tenths: number;
  kind: 'product' | 'others' | 'lost';
  /** The naive answer, 0..1. */
  naive?: number;
  seen?: number;
  byPull?: number;
  low?: number | null;
  high?: number | null;
}

/** The parts of a transfer in the order of the page: products, further products, what is lost. */
export function parts(transfer: Transfer): Part[] {
  const products: Part[] = transfer.to.map((t) => ({ key: t.product_id, name: t.name, tenths: t.tenths, kind: 'product', naive: t.by_sales, seen: t.switches, byPull: t.by_pull, low: t.low, high: t.high }));
  if (transfer.others_tenths > 0) products.push({ key: '(others)', name: 'Further products', tenths: transfer.others_tenths, kind: 'others' });
  if (transfer.lost_tenths !== undefined && transfer.lost_tenths !== null) products.push({ key: '(lost)', name: 'Lost', tenths: transfer.lost_tenths, kind: 'lost', low: transfer.lost_low, high: transfer.lost_high });
  return products;
}

export interface Branch {
  node: DemandNode;
  depth: number;
  /** The attribute above and the level of it. */
  label: string;
}

/** The nodes of a tree in the order in which they are read, each under its parent. */
export function branches(tree: DemandNode[]): Branch[] {
  const found: Branch[] = [];
  const below = (parent: number | null | undefined, depth: number, attribute: string | undefined) => {
    for (const node of tree) {
      if ((node.parent ?? undefined) !== (parent ?? undefined)) continue;
      const label = depth === 0 ? 'All' : `${attribute ?? ''}: ${node.level ?? 'none'}`;
      found.push({ node, depth, label });
      below(node.node, depth + 1, node.split?.attribute);
    }
  };
  below(undefined, 0, undefined);
  return found;
}
