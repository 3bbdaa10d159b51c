// A download keeps the name the server gave, and no more than a name.
import { describe, expect, it } from 'vitest';
import { nameIn } from './save';

describe('nameIn', () => {
  it('reads the name', () => expect(nameIn('attachment; filename="my-shop-members.csv"', 'x')).toBe('my-shop-members.csv'));
  it('drops folders', () => expect(nameIn('attachment; filename="../a/b.csv"', 'x')).toBe('b.csv'));
  it('falls back', () => {
    expect(nameIn(null, 'members.csv')).toBe('members.csv');
    expect(nameIn('attachment', 'members.csv')).toBe('members.csv');
    expect(nameIn('attachment; filename="a/"', 'members.csv')).toBe('members.csv');
  });
});
