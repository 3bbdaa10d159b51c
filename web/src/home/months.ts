// Which months a chart holds only in part, because the data begins or ends within them. Holds no display.

/** The part of the month that the data covers, as its first and last day; nothing where it covers the whole month.
 *  A month is `2011-12`; first and last are the times of the first and the last receipt. */
export function partOf(month: string, first: string | null | undefined, last: string | null | undefined): { from: number; to: number; days: number } | undefined {
  if (!/^\d{4}-\d\d$/.test(month)) return undefined;
  const [year = 0, number = 1] = month.split('-').map(Number);
  const days = new Date(Date.UTC(year, number, 0)).getUTCDate();
  const from = dayIn(month, first) ?? 1;
  const to = dayIn(month, last) ?? days;
  return from > 1 || to < days ? { from, to, days } : undefined;
}

function dayIn(month: string, at: string | null | undefined): number | undefined {
  if (!at || at.slice(0, 7) !== month) return undefined;
  const day = Number(at.slice(8, 10));
  return day >= 1 ? day : undefined;
}
