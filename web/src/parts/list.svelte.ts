// A list that the server pages, sorts, searches and filters: its state in the address and its rows.
// Rows that name persons are asked for only once a purpose is chosen. Holds no column and no display.
import type { Purpose } from '../api/types';
import { Resource } from '../api/resource.svelte';
import type { TableQuery } from '../routing/table-query.svelte';
import { session } from '../session/session.svelte';

export interface Page<R> {
  rows: R[];
  total: number;
}
export type Filter = Record<string, string | number | undefined>;
type Ask<F> = TableQuery['request'] & F;

interface Common<F> {
  query: TableQuery;
  /** What the rows belong to; when it changes, the old rows go at once. */
  of: () => string;
  /** Filters beside search and order; the download gets the same. */
  filter?: () => F;
  /** Reads what else makes the rows old. */
  after?: () => unknown;
  /** Whether anything may be asked yet: of a list whose rows name persons in one scheme and things in another. */
  when?: () => boolean;
}
interface OfThings<R, F> extends Common<F> {
  persons?: false;
  fetch: (ask: Ask<F>) => Promise<Page<R>>;
}
interface OfPersons<R, F> extends Common<F> {
  persons: true;
  fetch: (ask: Ask<F> & { purpose: Purpose }) => Promise<Page<R>>;
}

export interface List<R> {
  readonly query: TableQuery;
  readonly rows: Resource<Page<R>>;
  readonly load: () => void;
  /** Rows name persons, and no purpose is chosen yet. */
  readonly gated: boolean;
  /** What a download of the whole list is asked for with. */
  readonly whole: Filter;
}

/** For the set-up of a component: the rows follow whatever the settings read. */
export function listOf<R, F extends Filter = Filter>(settings: OfThings<R, F> | OfPersons<R, F>): List<R> {
  const { query } = settings;
  const rows = new Resource<Page<R>>();
  const filter = () => settings.filter?.() ?? ({} as F);

  function load(): void {
    settings.after?.();
    const ask = { ...query.request, ...filter() };
    if (settings.when?.() === false) return rows.clear();
    if (!settings.persons) return void rows.load(settings.of(), () => settings.fetch(ask));
    const purpose = session.purpose;
    if (!purpose) return rows.clear();
    void rows.load(`${settings.of()}/${purpose}`, () => settings.fetch({ ...ask, purpose }));
  }
  $effect(load);

  return {
    query,
    rows,
    load,
    get gated() {
      return settings.when?.() === false || (settings.persons === true && !session.purpose);
    },
    get whole() {
      return { ...query.whole, ...filter(), ...(settings.persons ? { purpose: session.purpose } : {}) };
    },
  };
}
