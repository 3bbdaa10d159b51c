// Two records put beside each other, field by field. Holds no display.
import type { CustomerIdentity } from '../api/types';

type Rec = CustomerIdentity['records'][number];
export interface Beside {
  field: string;
  a: string;
  b: string;
  /** Alike but for case and spaces. */
  same: boolean;
}

const plain = (text: string): string => text.trim().toLowerCase().replace(/\s+/g, ' ');

/** What a record says by field; several identifiers of a kind beside each other. */
function said(record: Rec | undefined): Map<string, string> {
  const all = new Map<string, string>();
  for (const { field, value } of [...(record?.identifiers ?? []), ...(record?.fields ?? [])]) {
    if (value === '') continue;
    const before = all.get(field);
    all.set(field, before === undefined || before === value ? value : `${before}, ${value}`);
  }
  return all;
}

/** Every field that either says, those of both first, each in the order in which they come. */
export function besides(a: Rec | undefined, b: Rec | undefined): Beside[] {
  const [one, other] = [said(a), said(b)];
  const fields = [...new Set([...one.keys(), ...other.keys()])];
  const rows = fields.map((field) => {
    const [x, y] = [one.get(field) ?? '', other.get(field) ?? ''];
    return { field, a: x, b: y, same: plain(x) === plain(y) };
  });
  const both = (row: Beside) => row.a !== '' && row.b !== '';
  return [...rows.filter(both), ...rows.filter((row) => !both(row))];
}
