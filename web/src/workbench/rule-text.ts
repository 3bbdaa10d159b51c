// The cells of rules in a recipe's text: read, written where they stand, joined with one more condition. Pure; whether a
// rule is right is the server's to say.

export interface CellText {
  name: string;
  when: string;
  /** Lines of the text that hold them, from 0. */
  nameLine: number;
  whenLine: number;
}

const header = /^\s*\[\[rules\.cells\]\]\s*(#.*)?$/;
const table = /^\s*\[/;
// A basic string ("…", with escapes) or a literal one ('…').
const pair = /^(\s*)(name|when)(\s*=\s*)("(?:[^"\\]|\\.)*"(?!")|'[^']*'(?!'))(.*)$/;

const plain = (value: string): string => {
  if (value.startsWith("'")) return value.slice(1, -1);
  try {
    return JSON.parse(value) as string;
  } catch {
    return value.slice(1, -1);
  }
};
// Rules hold double quotes, so a literal string reads better where it can be one.
const written = (value: string): string => (value.includes('"') && !/['\n]/.test(value) ? `'${value}'` : JSON.stringify(value));

/** The cells in order of the text; none where one cannot be read, so that nothing is written beside it. */
export function cells(text: string): CellText[] {
  const found: CellText[] = [];
  let at: Partial<CellText> | undefined;
  let whole = true;
  const close = () => {
    if (at === undefined) return;
    const { name, when, nameLine, whenLine } = at;
    if (name !== undefined && when !== undefined && nameLine !== undefined && whenLine !== undefined) found.push({ name, when, nameLine, whenLine });
    else whole = false;
    at = undefined;
  };
  text.split('\n').forEach((row, line) => {
    if (header.test(row)) {
      close();
      at = {};
    } else if (table.test(row)) {
      close();
    } else if (at) {
      const [, , key, , value] = pair.exec(row) ?? [];
      if (value === undefined) return;
      if (key === 'name') Object.assign(at, { name: plain(value), nameLine: line });
      if (key === 'when') Object.assign(at, { when: plain(value), whenLine: line });
    }
  });
  close();
  return whole ? found : [];
}

/** The text with another value in a line that holds a name or a rule. */
export function withLine(text: string, line: number, value: string): string {
  const rows = text.split('\n');
  const row = rows[line];
  if (row === undefined) return text;
  rows[line] = row.replace(pair, (_all, indent: string, key: string, between: string, _old: string, rest: string) => `${indent}${key}${between}${written(value)}${rest}`);
  return rows.join('\n');
}

/** The text with one more cell behind the last. */
export function withCell(text: string, name: string, when: string): string {
  const rows = text.split('\n');
  const last = cells(text).at(-1);
  const block = ['', '[[rules.cells]]', `name = ${written(name)}`, `when = ${written(when)}`];
  const at = last === undefined ? rows.findIndex((row) => /^\s*\[rules\]/.test(row)) : Math.max(last.nameLine, last.whenLine);
  if (at < 0) return text;
  rows.splice(at + 1, 0, ...block);
  return rows.join('\n');
}

/** The text without a cell. */
export function withoutCell(text: string, cell: CellText): string {
  const rows = text.split('\n');
  let first = Math.min(cell.nameLine, cell.whenLine);
  while (first >= 0 && !header.test(rows[first] ?? '')) first--;
  if (first < 0) return text;
  let end = Math.max(cell.nameLine, cell.whenLine) + 1;
  while (end < rows.length && rows[end]?.trim() === '') end++;
  rows.splice(first, end - first);
  return rows.join('\n');
}

/** A rule with one more condition. `or` binds loosest, so what stands is put in brackets where its meaning would change. */
export function joined(when: string, how: 'and' | 'or', condition: string): string {
  const stands = when.trim();
  if (stands === '') return condition;
  // What stands between quotes is no word of the language.
  const words = stands.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '');
  return how === 'and' && /\bor\b/i.test(words) ? `(${stands}) and ${condition}` : `${stands} ${how} ${condition}`;
}

export interface Condition {
  /** A name, or a measure with its brackets. */
  subject: string;
  kind: 'number' | 'days' | 'share' | 'text';
  test: string;
  value: string;
  not: boolean;
}

/** A condition in the language of rules; blank where a value is missing. */
export function condition({ subject, kind, test, value, not }: Condition): string {
  const before = not ? 'not ' : '';
  if (test === 'is known' || test === 'is unknown') return `${before}${subject} ${test}`;
  const said = value.trim();
  if (said === '' || (kind !== 'text' && !Number.isFinite(Number(said)))) return '';
  const unit = kind === 'days' ? ' days' : kind === 'share' ? ' %' : '';
  return `${before}${subject} ${test} ${kind === 'text' ? JSON.stringify(said) : `${Number(said)}${unit}`}`;
}

/** A measure with its category and window. */
export function measure(word: string, category: string, days: number | null): string {
  const parts = [category.trim() === '' ? '' : JSON.stringify(category.trim()), days === null ? '' : `${days} days`].filter((p) => p !== '');
  return `${word}(${parts.join(', ')})`;
}
