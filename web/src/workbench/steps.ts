// The steps of a run from draft to live: which a person may take and why not, and what was said about it so far. The server
// decides again. Pure; holds no display.
import type { Me, ScenarioRow, SchemeFile, StateWord, StepRow } from '../api/types';

export interface Step {
  to: StateWord;
  text: string;
  /** Why it cannot be taken by who looks, where everything else allows it. */
  why?: string;
}
export interface Viewer {
  me: Pick<Me, 'person_id'> | undefined;
  mayEdit: boolean;
  mayApprove: boolean;
}

type Row = Pick<ScenarioRow, 'state' | 'live' | 'live_from' | 'author_id'>;

/** Whether who looks took the last step. */
const own = (row: Row, me: Viewer['me']): boolean => me !== undefined && row.author_id === me.person_id;

/** What may be done next with a run. What a role does not allow is left out; what only another person may do says so. */
export function stepsOf(row: Row, { me, mayEdit, mayApprove }: Viewer): Step[] {
  const why = own(row, me) ? 'You put this up; another person decides.' : undefined;
  const again = row.live_from ? 'Deploy sooner' : 'Go back to it';
  const all: (Step & { may: boolean; when: StateWord[] })[] = [
    { to: 'ready', text: 'Put up for approval', may: mayEdit, when: ['draft', 'rejected'] },
    { to: 'approved', text: 'Approve', may: mayApprove, when: ['ready'], why },
    { to: 'rejected', text: 'Reject', may: mayApprove, when: ['ready'], why },
    { to: 'deployed', text: row.state === 'deployed' ? again : 'Deploy', may: mayEdit && !row.live, when: ['approved', 'deployed'] },
    { to: 'draft', text: 'Back to draft', may: mayEdit, when: ['ready', 'approved'] },
  ];
  return all.filter((s) => s.may && s.when.includes(row.state)).map(({ to, text, why }) => ({ to, text, ...(why ? { why } : {}) }));
}

/** What was said about a run since it was last put up, in the order of time; nothing where nobody put it up. */
export function saidOf(file: Pick<SchemeFile, 'steps'>, run: string): StepRow[] {
  const steps = file.steps.filter((s) => s.run_id === run);
  const put = steps.findIndex((s) => s.state === 'ready');
  const draft = steps.findIndex((s) => s.state === 'draft');
  return put === -1 || (draft !== -1 && draft < put) ? [] : steps.slice(0, put + 1).reverse();
}
