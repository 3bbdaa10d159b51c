// The weights of a recipe's blocks and its filters, read from and written into its text. Pure; the server reads the whole
// recipe.

export interface BlockWeight {
  /** The block, with what it is split by. */
  name: string;
  weight: number;
  /** Line of the text that holds the weight, from 0. */
  line: number;
}

const header = /^\s*\[\[features\]\]\s*(#.*)?$/;
const table = /^\s*\[/;
const pair = /^(\s*)([a-z_]+)(\s*=\s*)("[^"]*"|[-+\d.eE]+)(.*)$/;

/** The blocks in order of the text. What cannot be read is left out; the server says what is wrong with it. */
export function weights(text: string): BlockWeight[] {
  const found: BlockWeight[] = [];
  let at: { name?: string; by?: string; weight?: number; line?: number } | undefined;
  const close = () => {
    if (at?.name !== undefined && at.weight !== undefined && at.line !== undefined) {
      found.push({ name: at.by ? `${at.name} by ${at.by}` : at.name, weight: at.weight, line: at.line });
    }
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
      if (key === undefined || value === undefined) return;
      const plain = value.replace(/^"|"$/g, '');
      if (key === 'use') at.name = plain.replaceAll('_', ' ');
      if (key === 'by' || key === 'scheme') at.by = plain.replaceAll('_', ' ');
      if (key === 'weight' && Number.isFinite(Number(plain))) Object.assign(at, { weight: Number(plain), line });
    }
  });
  close();
  return found;
}

/** The text with another weight in a line; everything else stays as it was written. */
export function withWeight(text: string, line: number, weight: number): string {
  const rows = text.split('\n');
  const row = rows[line];
  if (row === undefined) return text;
  rows[line] = row.replace(pair, (_all, indent: string, key: string, between: string, _value: string, rest: string) => `${indent}${key}${between}${weight}${rest}`);
  return rows.join('\n');
}

/** The sum of the weights, without the dust of floats. */
export function sum(blocks: BlockWeight[]): number {
  return Math.round(blocks.reduce((total, block) => total + block.weight, 0) * 100) / 100;
}

export interface RecipeFilter {
  attribute: string;
  values: string[];
}

const quoted = String.raw`"[^"\\]*"|'[^']*'`;
const list = new RegExp(String.raw`^\s*([\w-]+)\s*=\s*\[\s*((?:${quoted})(?:\s*,\s*(?:${quoted}))*)\s*,?\s*\]\s*(?:#.*)?$`);
const blank = /^\s*(#.*)?$/;

/** Which members the recipe keeps: attributes with the values that they may have. Empty where there is no table of lists of
    one line each: what is written in another way, as it may be, is not told rather than told in part. */
export function filters(text: string): RecipeFilter[] {
  // Within text of several lines anything may look like a table.
  if (/"""|'''/.test(text)) return [];
  const found: RecipeFilter[] = [];
  let inside = false;
  for (const row of text.split('\n')) {
    if (inside && list.test(row)) {
      const [, attribute = '', values = ''] = list.exec(row) ?? [];
      found.push({ attribute: attribute.replaceAll('_', ' '), values: (values.match(new RegExp(quoted, 'g')) ?? []).map((value) => value.slice(1, -1)) });
    } else if (table.test(row)) inside = /^\s*\[where\]\s*(#.*)?$/.test(row);
    else if (inside && !blank.test(row)) return [];
  }
  return found;
}
