// Which run is looked at, as the page says it: a word that cannot be missed, and a sentence. Pure; holds no display.
import type { Board } from '../api/types';
import { day, moment } from '../format/words';

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
