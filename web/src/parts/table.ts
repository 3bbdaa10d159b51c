// What a column of a data table is. Holds no rows and no display.
import type { Snippet } from 'svelte';

export interface Column<R> {
  key: string;
  label: string;
  /** Plain text of the cell; a snippet of the same key may draw it instead. */
  text: (row: R) => string;
  /** What a table in memory is ordered by, and what of it is saved; the text where there is nothing else. */
  value?: (row: R) => string | number | null | undefined;
  end?: boolean;
  nowrap?: boolean;
  /** Running words: keeps room for some in a line where the frame is narrow. */
  wide?: boolean;
  sortable?: boolean;
  /** The direction of the first press; figures start with the largest. */
  first?: 'asc' | 'desc';
  /** How the figure is computed; shown when the head's sign is pressed. */
  how?: string;
}

/** What a page says of a table's rows, whoever frames them. */
export interface TableProps<R> {
  columns: Column<R>[];
  rowKey: (row: R) => string | number;
  cells?: Partial<Record<string, Snippet<[R]>>>;
  /** Drawn under a row when it is opened. */
  detail?: Snippet<[R]>;
  detailLabel?: (row: R) => string;
  empty: string;
  emptyText?: Snippet;
  marked?: (row: R) => boolean;
}
