// Two schemes are not named alike unknowingly, and where they are the page tells them apart.
import { describe, expect, it } from 'vitest';
import { addressOf, apart, categoryOf, free, sameTitle, titleIn, titleOf, withNames } from './scheme-names';

const all = [
  { scheme: 'formats', title: 'Shops by format' },
  { scheme: 'formats-2', title: 'Shops by format' },
  { scheme: 'wine', title: 'Shops for Red Wine' },
];

describe('what schemes are called', () => {
  it('says the name in addresses where two bear one title', () => {
    expect(all.map((s) => titleIn(s, all))).toEqual(['Shops by format (formats)', 'Shops by format (formats-2)', 'Shops for Red Wine']);
    expect(apart(all[2]!, all)).toBeUndefined();
  });
  it('finds a title that is taken, whatever its capitals and spaces', () => {
    expect(sameTitle('  shops  by FORMAT', all).map((s) => s.scheme)).toEqual(['formats', 'formats-2']);
    expect(sameTitle('Shops by mix', all)).toEqual([]);
  });
});

describe('a new scheme', () => {
  const text = '# stores\ntitle = "Shops for Dairy"\ncategory = "Dairy"\n';
  it('begins with the title of its template', () => {
    expect([titleOf(text), categoryOf(text), categoryOf('title = "x"')]).toEqual(['Shops for Dairy', 'Dairy', undefined]);
  });
  it('has a title of its own in its recipe, whatever stands in it', () => {
    expect(withNames(text, { titled: 'The "best" $& of 100\\%' })).toContain('\ntitle = "The \\"best\\" $& of 100\\\\%"\ncategory = "Dairy"');
    expect(withNames(text, { titled: 'T', of: 'Red Wine' })).toContain('title = "T"\ncategory = "Red Wine"');
    expect(withNames('of = "stores"', { titled: 'T' })).toBe('title = "T"\nof = "stores"');
  });
  it('has a name in addresses that nobody has', () => {
    expect([addressOf('Märkte für Käse & Wein'), addressOf('Łódź'), addressOf('日本')]).toEqual(['markte-fur-kase-wein', 'odz', '']);
    expect([free('formats', all), free('wine', all), free('new', all)]).toEqual(['formats-3', 'wine-2', 'new']);
  });
});
