// Nobody is offered to decide on what they put up, and who decides reads who put it up and why.
import { describe, expect, it } from 'vitest';
import type { SchemeFile } from '../api/types';
import { saidOf, stepsOf } from './steps';

const ready = { state: 'ready', live: false, author_id: 'person:1' } as const;
const bea = { person_id: 'person:1' };
const both = { mayEdit: true, mayApprove: true };

describe('the steps of a run', () => {
  it('are not for who put it up to decide, and say so', () => {
    const told = stepsOf(ready, { me: bea, ...both });
    expect(told.map((s) => [s.to, s.why])).toEqual([
      ['approved', 'You put this up; another person decides.'],
      ['rejected', 'You put this up; another person decides.'],
      ['draft', undefined],
    ]);
  });
  it('are for another person to decide', () => {
    const told = stepsOf(ready, { me: { person_id: 'person:2' }, ...both });
    expect(told.map((s) => [s.to, s.why])).toEqual([
      ['approved', undefined],
      ['rejected', undefined],
      ['draft', undefined],
    ]);
  });
  it('are left out where the role does not allow them', () => {
    expect(stepsOf(ready, { me: bea, mayEdit: false, mayApprove: false })).toEqual([]);
    expect(stepsOf({ ...ready, state: 'draft' }, { me: bea, ...both }).map((s) => [s.to, s.why])).toEqual([['ready', undefined]]);
    expect(stepsOf({ ...ready, state: 'deployed', live: true }, { me: bea, ...both })).toEqual([]);
  });
  it('call a run that was live another thing than one that is still to be', () => {
    const deployed = { ...ready, state: 'deployed' } as const;
    expect(stepsOf(deployed, { me: bea, ...both }).map((s) => s.text)).toEqual(['Go back to it']);
    expect(stepsOf({ ...deployed, live_from: '2026-12-03T00:00:00Z' }, { me: bea, ...both }).map((s) => s.text)).toEqual(['Deploy sooner']);
  });
});

describe('what was said about a run', () => {
  const step = (run_id: string, state: string, comment: string) => ({ run_id, state, comment });
  const file = (...steps: unknown[]) => ({ steps }) as SchemeFile;
  it('begins with who put it up last', () => {
    const told = saidOf(file(step('b', 'approved', '4'), step('a', 'ready', '3'), step('b', 'ready', '2'), step('b', 'draft', '1')), 'b');
    expect(told.map((s) => s.comment)).toEqual(['2', '4']);
  });
  it('is nothing of a draft, nor of what was taken back to one', () => {
    expect(saidOf(file(step('b', 'draft', '1')), 'b')).toEqual([]);
    expect(saidOf(file(step('b', 'draft', '3'), step('b', 'ready', '2'), step('b', 'draft', '1')), 'b')).toEqual([]);
  });
});
