// What a column of a data table is. Holds no rows and no display.
export interface Column<R> {
  key: string;
  label: string;
  /** Plain text of the cell; a snippet of the same key may draw it instead. */
  text: (row: R) => string;
  end?: boolean;
  nowrap?: boolean;
  sortable?: boolean;
  /** The direction of the first press; figures start with the largest. */
  first?: 'asc' | 'desc';
  /** How the figure is computed; shown when the head's sign is pressed. */
  how?: string;
}
