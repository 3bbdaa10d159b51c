import { describe, expect, it } from 'vitest';
import { csvOf, pageOf } from './memory-table';
import type { Column } from './table';

interface Row {
  name: string;
  size?: number;
}
const rows: Row[] = [{ name: 'b', size: 10 }, { name: 'a' }, { name: 'c', size: 9 }];
const columns: Column<Row>[] = [
  { key: 'name', label: 'Name', text: (r) => r.name, sortable: true },
  { key: 'size', label: 'Size', text: (r) => `${r.size ?? '–'} kg`, value: (r) => r.size, sortable: true, end: true },
  { key: 'act', label: '', text: () => '' },
];
const names = (sort: string | undefined, dir: 'asc' | 'desc', offset = 0, limit = 10) => pageOf(rows, columns, { sort, dir, offset, limit }).rows.map((r) => r.name).join('');

describe('a table in memory', () => {
  it('is as it came until it is ordered', () => {
    expect([names(undefined, 'asc'), names('no such', 'desc'), names('act', 'desc')]).toEqual(['bac', 'bac', 'bac']);
  });
  it('is ordered by what its values are, with what is not known at the end', () => {
    expect([names('size', 'asc'), names('size', 'desc'), names('name', 'desc')]).toEqual(['cba', 'bca', 'cba']);
  });
  it('is cut into pages', () => {
    expect(names('name', 'asc', 2, 2)).toBe('c');
    expect(pageOf(rows, columns, { dir: 'asc', offset: 0, limit: 1 })).toEqual({ rows: [rows[0]], total: 3 });
  });
  it('is saved whole, with values as they are', () => {
    expect(csvOf(rows, columns)).toBe('Name,Size\r\nb,10\r\na,\r\nc,9\r\n');
  });
});
