// A flow keeps its name in the address, clusters keep their colour, parts of a reason are told so that they say something.
import { describe, expect, it } from 'vitest';
import type { MemberStay, Migration } from '../api/types';
import { fixed } from '../format/words';
import { flowOf, nameIn, partOf, pickFlow, pickOf, placeOf, places, same, told } from './flows';

const side = (clusters: [number, string][]) => ({ clusters: clusters.map(([cluster, name]) => ({ cluster, name, members: 5 })) });
const m = {
  from: side([[1, 'City'], [3, 'Village']]),
  to: side([[1, 'City'], [7, 'Coast']]),
  flows: [
    { kind: 'moved', from: 3, to: 7, members: 2 },
    { kind: 'entered', from: null, to: 1, members: 1 },
  ],
} as unknown as Migration;

describe('flows', () => {
  it('reads what it writes, and no nonsense', () => {
    const pick = pickFlow(m.flows[0]!);
    const query = new URLSearchParams({ kind: 'moved', out_of: '3', into: '7' });
    expect(same(pickOf(query), pick)).toBe(true);
    expect(pickOf(new URLSearchParams('kind=fled&out_of=x'))).toEqual({ kind: undefined, out_of: undefined, into: undefined });
    expect(pickFlow(m.flows[1]!)).toEqual({ kind: 'entered', out_of: undefined, into: 1 });
  });
  it('finds and names them', () => {
    expect(flowOf(m, 3, 7)?.members).toBe(2);
    expect(flowOf(m, undefined, 1)?.kind).toBe('entered');
    expect(flowOf(m, 1, 1)).toBeUndefined();
    expect(told(m, m.flows[0]!)).toBe('Village to Coast');
    expect(told(m, m.flows[1]!)).toBe('new in City');
    expect(nameIn(m.to, 9)).toBe('cluster 9');
  });
  it('gives a cluster one place at both dates', () => {
    const at = places({ ...m, same: [{ before: 1, now: 1, share: 1, by_members: false }] });
    expect([...at.to]).toEqual([[1, 0], [7, 1]]);
    expect([...at.from]).toEqual([[1, 0], [3, 2]]);
    // Matched by members, a cluster keeps its colour under another number.
    const turned = places({ ...m, same: [{ before: 3, now: 1, share: 0.9, by_members: true }] });
    expect([...turned.from]).toEqual([[1, 2], [3, 0]]);
  });
  it('tells parts in per cent, or in numbers where per cents tell nothing', () => {
    const why = { change: 4, lean: 1, rest: -1, shares: true, reasons: [{ feature: 'a', label: 'A', change: 5, by_member: 5, by_centers: 0 }] };
    expect([partOf(why, 5), partOf(why, -1)].map((part) => Number.parseFloat(part.replace('\u2212', '-')))).toEqual([125, -25]);
    expect(partOf({ ...why, change: -4, shares: false }, 5)).toBe(fixed(5, 4));
  });
  it('tells a time in no cluster from one that is not shown', () => {
    const stay = { name: null, hidden: false } as unknown as MemberStay;
    expect([placeOf(stay), placeOf({ ...stay, hidden: true }), placeOf({ ...stay, name: 'City' })]).toEqual(['in none', 'not shown', 'City']);
  });
});
