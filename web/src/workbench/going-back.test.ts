// Going back is offered where it would change something, and nowhere else.
import { describe, expect, it } from 'vitest';
import type { SchemeFile, VersionRow } from '../api/types';
import { brings, whyNot } from './going-back';

const row = (version: number, day: string, parts: string[], more = {}) => ({ version, at: `2026-03-${day}T08:00:00.000001Z`, parts, ...more }) as unknown as VersionRow;
const live = (run_id: string, day: string, until: string | null, state: string) => ({ run_id, state, from: `2026-03-${day}T08:00:00.000001Z`, until: until && `2026-03-${until}T08:00:00.000001Z` });
const file = (publications: unknown[], texts = ['one']) =>
  ({ recipe: { version: texts.length, text: texts.at(-1) }, versions: texts.map((text, i) => ({ version: i + 1, text })).reverse(), publications }) as unknown as SchemeFile;

describe('going back to a version', () => {
  it('is not offered where nothing was live and nothing else differs', () => {
    const all = [row(5, '02', ['live']), row(3, '01', ['recipe'], { recipe_version: 1 })];
    const one = file([live('a', '02', null, 'live')]);
    expect(brings(all[1]!, all, one)).toEqual([]);
    expect(whyNot(all[1]!, all, one)).toBe('nothing was live then, the rest is as it is now');
    expect(whyNot(all[0]!, all, one)).toBe('holds now');
  });
  it('brings an earlier live run back, and an earlier recipe', () => {
    const all = [row(9, '06', ['live']), row(7, '05', ['recipe'], { recipe_version: 2 }), row(5, '02', ['live']), row(3, '01', ['recipe'], { recipe_version: 1 })];
    const two = file([live('b', '06', null, 'live'), live('a', '02', '06', 'past')], ['one', 'two']);
    expect(all.map((one) => brings(one, all, two))).toEqual([[], ['live'], ['recipe', 'live'], ['recipe']]);
    // A recipe that was brought back is the same to the byte, whatever its number.
    const same = file([live('a', '02', null, 'live')], ['one', 'two', 'one']);
    const again = [row(9, '06', ['recipe'], { recipe_version: 3 }), row(7, '05', ['recipe'], { recipe_version: 2 }), row(5, '02', ['live']), row(3, '01', ['recipe'], { recipe_version: 1 })];
    expect(again.map((one) => brings(one, again, same))).toEqual([[], ['recipe'], [], []]);
    expect(whyNot(again[2]!, again, same)).toBe('all is as it is now');
  });
  it('takes changes by hand since then for a difference, and those before for none', () => {
    const all = [row(9, '06', ['hands']), row(7, '05', ['hands']), row(3, '01', ['recipe'], { recipe_version: 1 })];
    expect(all.map((one) => brings(one, all, file([])))).toEqual([[], ['hands'], ['hands']]);
  });
  it('counts what began to be live without a decision', () => {
    const all = [row(8, '04', ['hands']), row(7, '03', ['live']), row(5, '02', ['live']), row(3, '01', ['recipe'], { recipe_version: 1 })];
    const begun = file([live('b', '09', null, 'live'), live('a', '02', '09', 'past')]);
    expect(brings(all[0]!, all, begun)).toEqual(['live']);
    // Planned is not live: what is live is the same.
    expect(brings(all[0]!, all, file([live('b', '09', null, 'planned'), live('a', '02', '09', 'live')]))).toEqual([]);
  });
  it('brings the last live run back after the scheme was retired', () => {
    const all = [row(8, '04', ['standing']), row(5, '02', ['live']), row(3, '01', ['recipe'], { recipe_version: 1 })];
    expect(brings(all[1]!, all, file([live('a', '02', '04', 'past')]))).toEqual(['live']);
  });
});
