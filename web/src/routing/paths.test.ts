// Addresses survive being written and read, and no link of the server leaves the site.
import { describe, expect, it } from 'vitest';
import { linkWithin, parsePath, pathTo } from './paths';

describe('paths', () => {
  it('reads every page', () => {
    expect(parsePath('/')).toEqual({ page: 'start' });
    expect(parsePath('/p/shop')).toEqual({ page: 'home', project: 'shop', rest: undefined });
    expect(parsePath('/p/shop/customers')).toEqual({ page: 'customers', project: 'shop' });
    expect(parsePath('/p/shop/customers/42')).toEqual({ page: 'customer', project: 'shop', rest: '42' });
    expect(parsePath('/p/shop/settings/keys')).toMatchObject({ page: 'settings', rest: 'keys' });
  });
  it('knows what it does not know', () => {
    for (const path of ['/x', '/p', '/p/shop/none', '/p/shop/home/1', '/p/a/segments/b/c']) expect(parsePath(path).page).toBe('unknown');
    expect(parsePath('/p/%E0%A4%A/home').page).toBe('home');
  });
  it('writes what it reads', () => {
    expect(parsePath(pathTo('a b/c', 'segments', 'x/y'))).toEqual({ page: 'segments', project: 'a b/c', rest: 'x/y' });
  });
  it('keeps links on this site', () => {
    expect(linkWithin('s', '/segments?cluster=1')).toBe('/p/s/segments?cluster=1');
    expect(linkWithin('s', 'data')).toBe('/p/s/data');
    expect(linkWithin('s', '/p/s/data')).toBe('/p/s/data');
    expect(linkWithin('s', '//evil.example')).toBe('/p/s/evil.example');
    expect(linkWithin('s', 'https://evil.example')).toBe('/p/s/https://evil.example');
  });
});
