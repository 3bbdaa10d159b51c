// What schemes are called: told apart where two bear one title, and the title and the name in addresses of a new one. Pure;
// holds no display; the server decides what may be saved.

interface Named {
  scheme: string;
  title: string;
}

/** The name in addresses where another of them bears the same title, which tells the two apart; else nothing. */
export const apart = (one: Named, all: readonly Named[]): string | undefined => (all.some((s) => s.title === one.title && s.scheme !== one.scheme) ? one.scheme : undefined);

/** The title, with the name in addresses where another bears the same one. */
export function titleIn(one: Named, all: readonly Named[]): string {
  const also = apart(one, all);
  return also === undefined ? one.title : `${one.title} (${also})`;
}

const title = /^title = "((?:[^"\\]|\\.)*)"/m;
const category = /^category = "([^"]*)"/m;

/** The title in a recipe's text. */
export const titleOf = (text: string): string => title.exec(text)?.[1] ?? '';

/** The category that a recipe is for, where it is for one. */
export const categoryOf = (text: string): string | undefined => category.exec(text)?.[1];

/** A template with a title and a category of its own. TOML reads a string of JSON as JSON does. */
export function withNames(text: string, { titled, of }: { titled: string; of?: string }): string {
  const line = `title = ${JSON.stringify(titled)}`;
  const named = /^title = .*$/m.test(text) ? text.replace(/^title = .*$/m, () => line) : `${line}\n${text}`;
  return of === undefined ? named : named.replace(category, () => `category = ${JSON.stringify(of)}`);
}

/** Words as a name in addresses: lower-case letters, digits and hyphens; blank where nothing is left. */
export const addressOf = (words: string): string =>
  words
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

/** A name that none of them has: with a number behind where it must. */
export function free(name: string, all: readonly Named[]): string {
  const taken = (wanted: string) => all.some((s) => s.scheme === wanted);
  let number = 1;
  while (taken(number === 1 ? name : `${name}-${number}`)) number++;
  return number === 1 ? name : `${name}-${number}`;
}

/** Those that bear a title, whatever its capitals and spaces. */
export function sameTitle<S extends Named>(wanted: string, all: readonly S[]): S[] {
  const plain = (text: string) => text.trim().replace(/\s+/g, ' ').toLowerCase();
  return all.filter((s) => plain(s.title) === plain(wanted));
}
