// Sort, page, search and filters of one table, kept in the address. Holds no rows.
import { router } from './router.svelte';

export interface TableDefaults {
  sort?: string;
  dir?: 'asc' | 'desc';
  limit?: number;
}

export class TableQuery {
  readonly prefix: string;
  readonly defaults: TableDefaults;

  constructor(prefix: string, defaults: TableDefaults = {}) {
    this.prefix = prefix ? `${prefix}.` : '';
    this.defaults = defaults;
  }

  #get(key: string): string | undefined {
    return router.query.get(this.prefix + key) ?? undefined;
  }
  #whole(key: string, fallback: number): number {
    const n = Number(this.#get(key));
    return Number.isInteger(n) && n > 0 ? n : fallback;
  }

  get offset(): number {
    return this.#whole('offset', 0);
  }
  get limit(): number {
    return Math.min(1000, this.#whole('limit', this.defaults.limit ?? 25));
  }
  get sort(): string | undefined {
    return this.#get('sort') ?? this.defaults.sort;
  }
  get dir(): 'asc' | 'desc' {
    const dir = this.#get('dir');
    return dir === 'asc' || dir === 'desc' ? dir : (this.defaults.dir ?? 'asc');
  }
  get q(): string {
    return this.#get('q') ?? '';
  }
  filter(key: string): string {
    return this.#get(key) ?? '';
  }

  /** What the server is asked for one page. */
  get request(): { offset: number; limit: number; sort?: string; dir?: 'asc' | 'desc'; q?: string } {
    return { offset: this.offset, limit: this.limit, ...this.whole };
  }
  /** What the server is asked for the whole table (a download). */
  get whole(): { sort?: string; dir?: 'asc' | 'desc'; q?: string } {
    return { sort: this.sort, dir: this.sort ? this.dir : undefined, q: this.q || undefined };
  }

  sortBy(key: string, first: 'asc' | 'desc'): void {
    const dir = this.sort === key ? (this.dir === 'asc' ? 'desc' : 'asc') : first;
    this.#set({ sort: key, dir, offset: undefined });
  }
  turnTo(offset: number): void {
    this.#set({ offset: offset > 0 ? offset : undefined });
  }
  setLimit(limit: number): void {
    this.#set({ limit: limit === (this.defaults.limit ?? 25) ? undefined : limit, offset: undefined });
  }
  search(q: string): void {
    this.#set({ q, offset: undefined });
  }
  setFilter(key: string, value: string | number | undefined): void {
    this.#set({ [key]: value, offset: undefined });
  }

  #set(changes: Record<string, string | number | undefined>): void {
    router.setQuery(Object.fromEntries(Object.entries(changes).map(([k, v]) => [this.prefix + k, v])));
  }
}
