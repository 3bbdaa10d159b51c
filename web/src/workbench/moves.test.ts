// A person who approves sees every member that changes, once.
import { describe, expect, it } from 'vitest';
import { changesOf, namedOf } from './moves';

const flow = (from: number | null, to: number | null, members: number, stays = false, named: string[] = []) => ({ from, to, members, stays, named });
const t = {
  flows: [flow(1, 1, 20, true), flow(1, 2, 3, false, ['A', 'B', 'C']), flow(2, 5, 9, true), flow(null, 2, 4, false, ['N']), flow(1, null, 2)],
  a_names: [{ cluster: 1, name: 'Small' }, { cluster: 2, name: 'Large' }],
  b_names: [{ cluster: 1, name: 'Small' }, { cluster: 2, name: 'City' }, { cluster: 5, name: 'Large' }],
};

describe('what a run changes', () => {
  it('counts moves, entries and leavings, and names where from and to', () => {
    const told = changesOf(t);
    expect(told.flows.map((f) => `${f.members} ${f.said}`)).toEqual(['4 new in City', '3 Small → City', '2 gone from Small']);
    expect([told.entered, told.left]).toEqual([4, 2]);
  });
  it('says how many more there are than are named', () => {
    expect(namedOf({ named: ['A', 'B', 'C'], members: 3 })).toBe('A, B, C');
    expect(namedOf({ named: ['A', 'B'], members: 7 })).toBe('A, B and 5 more');
  });
});
