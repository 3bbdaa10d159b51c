// Nobody takes a draft for the live run: each standing of a run is said in its own words.
import { describe, expect, it } from 'vitest';
import type { Board, SchemeFile } from '../api/types';
import { beforeFirst, closedWhy, opens, runShown, waysFrom } from './run-shown';

const board = (shown: Partial<Board['shown']> & Pick<Board['shown'], 'word'>, more = {}) => ({ shown, scenario: { at: '2026-02-01T08:00:00Z', ...more } }) as unknown as Board;

describe('the run that is looked at', () => {
  it('is told to be before the first one only where it is', () => {
    const first = '2026-03-01T08:00:00Z';
    expect([beforeFirst('2026-02-28', first), beforeFirst('2026-03-01T07:00:00Z', first)]).toEqual([true, true]);
    expect([beforeFirst('2026-03-01', first), beforeFirst('2026-05-01', first), beforeFirst('2020-01-01', undefined), beforeFirst('no date', first)]).toEqual([false, false, false, false]);
  });
  it('is live since a time, and maybe again', () => {
    const told = runShown(board({ word: 'live', from: '2026-03-01T00:00:00Z' }, { live_from: '2026-05-01T00:00:00Z' }));
    expect([told.word, told.tone]).toEqual(['Live', 'good']);
    expect(told.text).toMatch(/^since .*2026.*, and again from .*2026/);
  });
  it('is said not to be live where it is not', () => {
    for (const word of ['draft', 'ready', 'approved', 'rejected', 'replaced', 'planned', 'past'] as const) {
      const told = runShown(board({ word, from: '2026-03-01T00:00:00Z', until: '2026-04-01T00:00:00Z' }));
      expect(told.word).not.toBe('Live');
      expect(told.tone).not.toBe('good');
    }
    expect(runShown(board({ word: 'draft' })).text).toContain('not live');
  });
  it('tells the date that was asked for', () => {
    const told = runShown(board({ word: 'past', from: '2026-03-01T00:00:00Z', until: '2026-04-01T00:00:00Z', on: '2026-03-15T23:59:59Z' }));
    expect(told.text).toMatch(/until .*; it is not live now\. Seen as of .*2026/);
  });
});

describe('which run opens, and where one can go from it', () => {
  const live = { run_id: 'l', live: true, at: '2026-02-02T08:00:00Z', state: 'deployed' };
  const plan = { run_id: 'p', live: false, at: '2026-02-03T08:00:00Z', state: 'deployed' };
  const draft = { run_id: 'd', live: false, at: '2026-02-04T08:00:00Z', state: 'draft' };
  const publications = [{ run_id: 'p', state: 'planned', from: '2026-06-01T00:00:00Z' }];
  const file = (...scenarios: unknown[]) => ({ scenarios, publications }) as unknown as SchemeFile;
  it('is the live one, else the newest', () => {
    expect([opens(file(draft, plan, live)), opens(file(draft, plan)), opens(file())]).toEqual(['live', 'newest', 'newest']);
  });
  it('keeps the planned one and the newest draft a press away', () => {
    expect(waysFrom(board({ word: 'live' }, live), file(live, plan, draft))).toEqual([
      { text: 'Show what is planned from 1 Jun 2026', run: 'p' },
      { text: 'Show the newest draft', run: 'd' },
    ]);
    expect(waysFrom(board({ word: 'planned' }, plan), file(live, plan)).map((w) => w.run)).toEqual(['live']);
    expect(waysFrom(board({ word: 'draft' }, draft), file(plan, draft)).map((w) => w.run)).toEqual(['p']);
    // A draft that is older than what was decided since is none that anybody waits for.
    expect(waysFrom(board({ word: 'planned' }, plan), file(plan, { ...draft, at: '2026-02-01T08:00:00Z' }))).toEqual([]);
    expect(waysFrom(board({ word: 'live', on: '2026-03-15T23:59:59Z' }, live), file(live))[0]?.run).toBe('live');
  });
  it('says why members stay in what was decided on', () => {
    expect([closedWhy(board({ word: 'draft' }, draft)), closedWhy(board({ word: 'rejected' }, { state: 'rejected' }))]).toEqual([undefined, undefined]);
    for (const state of ['ready', 'approved', 'deployed']) expect(closedWhy(board({ word: 'ready' }, { state }))).toContain('Members move in drafts alone');
    expect(closedWhy(board({ word: 'past', on: '2026-03-15T23:59:59Z' }, draft))).toContain('only looked at');
  });
});
