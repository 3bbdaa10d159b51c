// What stands behind the figures of clusters on Home, in words, and their changes with signs. Pure; holds no display.
import type { SchemeWorth } from '../api/types';
import { fixed, signed } from '../format/words';
import { nouns } from '../workbench/nouns';

/** So many members more or fewer. */
export function membersChange(members: number, words: { one: string; many: string }): string {
  return `${signed(members)} ${Math.abs(members) === 1 ? words.one : words.many}`;
}

/** A change of a share of sales, in points of a hundred. */
export function salesChange(share: number): string {
  return `${signed(100 * share, 1)} points of sales`;
}

/** How each figure of a scheme was computed. */
export function worthWords(s: SchemeWorth, day: (value: string) => string) {
  const words = nouns(s.of);
  const period = `${s.from ? `after ${day(s.from)}` : 'from the first receipt'} until ${day(s.to)}`;
  const alone = s.category ? `, of ${s.category} alone` : '';
  const steps = s.rounded_to > 1 ? ` Changes in numbers of people are to the nearest ${s.rounded_to}; one of fewer is not shown, nor another that would give it away here. The numbers of ${words.many} themselves are exact, so whoever noted those of before can subtract them.` : '';
  return {
    members: `Members of the ${words.cluster} in the run that is live, “${s.run_title}”, with the changes by hand in it. The shares of all ${words.clusters} shown sum to 100 %.`,
    sales: `Sum of the amounts of the sale lines that the recipe counts, ${period}${alone}; returns are not taken off. The ${words.clusters} shown add up to the line below.`,
    margin: `The same lines, as far as the catalogue has a unit cost (${fixed(100 * s.costed, 1)} % of sales): amounts less units × unit cost, as known when the run was made. Where prices include tax, so does the margin. The per cent is of those sales.`,
    change: s.before
      ? `Against “${s.before.title}”, live from ${day(s.before.from)}, whose sales count until ${day(s.before.to)}: members now less then, and the share of sales now less the share then. A ${words.cluster} is the same one by its number, or by its members where a number does not mean the same in both.${steps}`
      : '',
    sum: `The sum of the ${words.clusters} above: sales ${period}${alone}.`,
  };
}
