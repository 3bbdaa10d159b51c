// Guesses become a mapping without doubling, and required fields are never forgotten.
import { describe, expect, it } from 'vitest';
import type { Kind, UploadColumn } from '../api/types';
import { firstMapping, missingFields, sharedColumns } from './mapping';

const field = (f: string, required: boolean) => ({ field: f, label: f.toUpperCase(), type: 'text', required, description: '', example: '' });
const kind: Kind = { kind: 'orders', label: '', description: '', sample_file: '', fields: [field('a', true), field('b', true), field('c', false)] };
const column = (name: string, guessed_field?: string): UploadColumn => ({ name, samples: [], guessed_type: 'text', guessed_field });

describe('mapping', () => {
  it('takes the guesses that fit the kind, each field once', () => {
    expect(firstMapping(kind, [column('A1', 'a'), column('A2', 'a'), column('X', 'other'), column('C', 'c'), column('N')])).toEqual({ a: 'A1', c: 'C' });
  });
  it('names what is missing', () => {
    expect(missingFields(kind, { a: 'A1', b: '' })).toEqual(['B']);
    expect(missingFields(kind, { a: 'A1', b: 'B1' })).toEqual([]);
  });
  it('takes the currency of all rows for its column', () => {
    const priced = { ...kind, fields: [...kind.fields, field('currency', true)] };
    expect(missingFields(priced, { a: 'A', b: 'B' })).toEqual(['CURRENCY']);
    expect(missingFields(priced, { a: 'A', b: 'B' }, { currency: 'GBP' })).toEqual([]);
  });
  it('sees a column used twice', () => {
    expect(sharedColumns({ a: 'X', b: 'X', c: 'Y' })).toEqual(['X']);
  });
});
