// A job's result is read carefully: it may hold anything.
import { describe, expect, it } from 'vitest';
import type { Job } from '../api/types';
import { skippedOf, sumOf, textOf } from './sums';

const job = (result: Record<string, unknown> | null): Job => ({ job_id: 'j', kind: 'import', state: 'done', done: 1, message: '', result });

describe('sumOf', () => {
  it('reads a sum', () => {
    expect(sumOf(job({ read: 10, loaded: 7, duplicate: 2, quarantined: 1 }))).toEqual({ read: 10, loaded: 7, duplicate: 2, quarantined: 1 });
  });
  it('bears what is not one', () => {
    expect(sumOf(undefined)).toBeUndefined();
    expect(sumOf(job(null))).toBeUndefined();
    expect(sumOf(job({ read: '10', loaded: 1 }))).toBeUndefined();
    expect(textOf(job({ import_id: 'imp-1', n: 3 }), 'import_id')).toBe('imp-1');
    expect(textOf(job({ n: 3 }), 'n')).toBeUndefined();
  });
});

describe('skippedOf', () => {
  it('names what was not tried, and nothing else', () => {
    const one = { import_id: 'i1', file: 'sales.csv', why: 'someone is at work on it' };
    expect(skippedOf(job({ skipped: [one, 'i2', { file: 'x' }, null] }))).toEqual([one]);
    expect(skippedOf(job({}))).toEqual([]);
    expect(skippedOf(undefined)).toEqual([]);
  });
});
