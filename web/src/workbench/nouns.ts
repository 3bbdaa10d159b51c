// What people call the members and clusters of a scheme. Pure; holds no display.
import type { Board } from '../api/types';

export type Of = Board['of'];

const words: Record<Of, { one: string; many: string; cluster: string; clusters: string; sales: string }> = {
  customers: { one: 'customer', many: 'customers', cluster: 'segment', clusters: 'segments', sales: 'Spend' },
  stores: { one: 'store', many: 'stores', cluster: 'cluster', clusters: 'clusters', sales: 'Sales' },
  products: { one: 'product', many: 'products', cluster: 'cluster', clusters: 'clusters', sales: 'Sales' },
};

export const nouns = (of: Of) => words[of];

/** How a state is said, and the sign it gets. */
export const states: Record<string, { text: string; tone: 'good' | 'warn' | 'bad' | 'accent' | '' }> = {
  draft: { text: 'Draft', tone: '' },
  ready: { text: 'Ready for approval', tone: 'accent' },
  approved: { text: 'Approved', tone: 'good' },
  rejected: { text: 'Rejected', tone: 'bad' },
  deployed: { text: 'Deployed', tone: 'good' },
};
