import { expect, test } from 'vitest';
import { besides } from './side-by-side';

const record = (record_key: number, identifiers: [string, string][], fields: [string, string][]) => {
  const named = (all: [string, string][]) => all.map(([field, value]) => ({ field, value }));
  return { record_key, identifiers: named(identifiers), fields: named(fields) };
};

test('fields of both come first, and case and spaces do not part them', () => {
  const a = record(1, [['loyalty', 'L1']], [['first_name', 'Zora'], ['city', ' Sankt  Veit'], ['phone', '']]);
  const b = record(2, [['email', 'z@x.example'], ['email', 'zora@x.example']], [['first_name', 'Nora'], ['city', 'sankt veit']]);
  expect(besides(a, b)).toEqual([
    { field: 'first_name', a: 'Zora', b: 'Nora', same: false },
    { field: 'city', a: ' Sankt  Veit', b: 'sankt veit', same: true },
    { field: 'loyalty', a: 'L1', b: '', same: false },
    { field: 'email', a: '', b: 'z@x.example, zora@x.example', same: false },
  ]);
});

test('a record that is not there says nothing', () => {
  expect(besides(undefined, undefined)).toEqual([]);
});
