// A table as CSV (RFC 4180), safe to open in a spreadsheet. Holds no display.

export function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Text that a spreadsheet would run as a formula is led by an apostrophe; numbers stay numbers. */
function field(value: unknown): string {
  const raw = cellText(value);
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(raw) && !/^[+-]?\d+(\.\d+)?$/.test(raw) ? `'${raw}` : raw;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function toCsv(result: { columns: { name: string }[]; rows: unknown[][] }): string {
  const lines = [result.columns.map((c) => field(c.name)), ...result.rows.map((row) => row.map(field))];
  return lines.map((line) => line.join(',')).join('\r\n') + '\r\n';
}
