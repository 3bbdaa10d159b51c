// A table whose rows are all in memory: its order, the page that is shown, and its file. Pure; holds no rows and no display.
import { toCsv } from '../format/csv';
import type { Column } from './table';

interface Asked {
  sort?: string;
  dir: 'asc' | 'desc';
  offset: number;
  limit: number;
}

type Value = string | number | null | undefined;

const valueOf = <R>(column: Column<R>, row: R): Value => (column.value ? column.value(row) : column.text(row));

/** What is not known comes last, whichever way the order goes. */
function compare(a: Value, b: Value, dir: 'asc' | 'desc'): number {
  if (a == null || b == null) return Number(a == null) - Number(b == null);
  const by = typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en', { numeric: true });
  return dir === 'asc' ? by : -by;
}

/** The page asked for, ordered as asked; as the rows came where no column of the table is named. */
export function pageOf<R>(rows: R[], columns: Column<R>[], asked: Asked): { rows: R[]; total: number } {
  const column = columns.find((one) => one.sortable && one.key === asked.sort);
  const ordered = column ? [...rows].sort((a, b) => compare(valueOf(column, a), valueOf(column, b), asked.dir)) : rows;
  return { rows: ordered.slice(asked.offset, asked.offset + asked.limit), total: rows.length };
}

/** All rows as CSV, in the order in which they came. */
export function csvOf<R>(rows: R[], columns: Column<R>[]): string {
  const named = columns.filter((one) => one.label !== '');
  return toCsv({ columns: named.map((one) => ({ name: one.label })), rows: rows.map((row) => named.map((one) => valueOf(one, row) ?? null)) });
}
