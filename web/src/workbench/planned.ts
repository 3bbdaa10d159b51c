// What is to be live from a later day, and what becomes of it when something else is made live before. Pure; holds no display.
import type { PublicationRow, SchemeFile } from '../api/types';
import { day } from '../format/words';

type File = Pick<SchemeFile, 'publications'>;

/** What is planned, the soonest first. */
export const plannedOf = ({ publications }: File): PublicationRow[] => publications.filter((p) => p.state === 'planned').sort((a, b) => Date.parse(a.from) - Date.parse(b.from));

/** What of it stays planned where nothing else is made live. */
export const stayingWords = (file: File): string[] => plannedOf(file).map((p) => `“${p.title}” stays planned and becomes live on ${day(p.from)}.`);

/** For each planned publication that survives: what it does to a run that is made live from a day on, or now. A plan for that
 *  very day gives way to what is decided later. */
export function plannedWords(file: File, { besides, from = '' }: { besides?: string; from?: string }): string[] {
  const sameDay = (p: PublicationRow) => from !== '' && p.from.slice(0, 10) === from;
  return plannedOf(file)
    .filter((p) => !sameDay(p))
    .map((p) => {
      if (p.run_id === besides) return `It is planned already: from ${day(p.from)} it is live in any case.`;
      if (from !== '' && Date.parse(p.from) < Date.parse(from)) return `“${p.title}” is live from ${day(p.from)} until then, as planned.`;
      return `Only until ${day(p.from)}: “${p.title}” stays planned and becomes live that day.`;
    });
}
