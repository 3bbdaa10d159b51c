// Which run is looked at, as the page says it: a word that cannot be missed, and a sentence; which one opens, which others are
// a press away, and why members cannot move in one. Pure; holds no display.
import type { Board, SchemeFile } from '../api/types';
import { day, moment } from '../format/words';
import { plannedOf } from './planned';

export interface RunWords {
  word: string;
  tone: 'good' | 'accent' | 'warn' | 'bad';
  text: string;
}

/** Whether a date that was asked for is before the first publication. A day means its end in UTC, an instant itself. */
export function beforeFirst(on: string, first: string | undefined): boolean {
  const at = Date.parse(on) + (/^\d{4}-\d\d-\d\d$/.test(on) ? 86_400_000 - 1 : 0);
  return first !== undefined && at < Date.parse(first);
}

type Shown = Pick<Board, 'shown' | 'scenario'>;

/** The run that is looked at in words: live since when, planned from when, a draft of when, past, as of a date. */
export function runShown({ shown, scenario }: Shown): RunWords {
  const { from, until, on } = shown;
  const asOf = on ? ` Seen as of ${day(on)}, under the names of then.` : '';
  const made = `made ${moment(scenario.at)}`;
  switch (shown.word) {
    case 'live': {
      const again = scenario.live_from && !on ? `, and again from ${day(scenario.live_from)}` : '';
      return { word: 'Live', tone: 'good', text: `since ${moment(from)}${until ? `, until ${moment(until)}` : ''}${again}.${asOf}` };
    }
    case 'planned':
      return { word: 'Planned', tone: 'accent', text: `live from ${moment(from)}, not before.${asOf}` };
    case 'past':
      return { word: 'Past', tone: 'warn', text: `was live from ${moment(from)} until ${moment(until)}; it is not live now.${asOf}` };
    case 'draft':
      return { word: 'Draft', tone: 'warn', text: `${made}; nobody decided on it, and it is not live.` };
    case 'ready':
      return { word: 'Not live', tone: 'accent', text: `${made}, put up for approval.` };
    case 'approved':
      return { word: 'Not live', tone: 'accent', text: `${made}, approved and not deployed yet.` };
    case 'rejected':
      return { word: 'Not live', tone: 'bad', text: `${made}, rejected.` };
    case 'replaced':
      return { word: 'Not live', tone: 'warn', text: `${made}; another run took its place before its day came.` };
  }
}

/** The run that opens where none is asked for: the live one, else the newest. */
export const opens = (file: Pick<SchemeFile, 'scenarios'>): 'live' | 'newest' => (file.scenarios.some((s) => s.live) ? 'live' : 'newest');

export interface Way {
  text: string;
  run: string;
}

/** The ways from the run looked at to the live one, to what is planned next, and to a draft that was made after what is live. */
export function waysFrom({ shown, scenario }: Shown, file: Pick<SchemeFile, 'scenarios' | 'publications'>): Way[] {
  const live = file.scenarios.find((s) => s.live);
  const planned = plannedOf(file)[0];
  const newest = file.scenarios.reduce<(typeof file.scenarios)[number] | undefined>((last, s) => (last && last.at >= s.at ? last : s), undefined);
  const all: (Way & { when: boolean })[] = [
    { text: 'Show what is live', run: 'live', when: live !== undefined && (shown.word !== 'live' || shown.on != null) },
    { text: planned ? `Show what is planned from ${day(planned.from)}` : '', run: planned?.run_id ?? '', when: planned !== undefined && planned.run_id !== scenario.run_id && planned.run_id !== live?.run_id },
    { text: 'Show the newest draft', run: newest?.run_id ?? '', when: newest?.state === 'draft' && newest.run_id !== scenario.run_id },
  ];
  return all.filter((way) => way.when).map(({ text, run }) => ({ text, run }));
}

/** Why members cannot move in the run looked at; nothing in a draft. What is put up, approved or live is as it was decided on. */
export function closedWhy({ shown, scenario }: Shown): string | undefined {
  if (shown.on != null) return 'What was live on a date is only looked at: show what is there today to change it.';
  switch (scenario.state) {
    case 'draft':
    case 'rejected':
      return undefined;
    case 'ready':
    case 'approved':
      return 'Members move in drafts alone: take this run back to draft, or run the scheme again to make one.';
    case 'deployed':
      return 'Members move in drafts alone: run the scheme again to make one.';
  }
}
