// Which column of a file gives which field. Pure; holds no display.
import type { ImportOptions, Kind, UploadColumn } from '../api/types';

/** The server's guesses, each column and field used once, only fields of this kind. */
export function firstMapping(kind: Kind, columns: UploadColumn[]): Record<string, string> {
  const fields = new Set(kind.fields.map((f) => f.field));
  const mapping: Record<string, string> = {};
  for (const column of columns) {
    const field = column.guessed_field;
    if (field && fields.has(field) && !(field in mapping)) mapping[field] = column.name;
  }
  return mapping;
}

/** Required fields that neither a column nor an option gives. */
export function missingFields(kind: Kind, mapping: Record<string, string>, options: ImportOptions = {}): string[] {
  const given = (field: string) => Boolean(mapping[field]) || (field === 'currency' && Boolean(options.currency));
  return kind.fields.filter((f) => f.required && !given(f.field)).map((f) => f.label);
}

/** Fields that take the same column: allowed, but worth a word. */
export function sharedColumns(mapping: Record<string, string>): string[] {
  const seen = new Map<string, number>();
  for (const column of Object.values(mapping)) if (column) seen.set(column, (seen.get(column) ?? 0) + 1);
  return [...seen].filter(([, n]) => n > 1).map(([column]) => column);
}
