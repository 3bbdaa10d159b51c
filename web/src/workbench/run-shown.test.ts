// Nobody takes a draft for the live run: each standing of a run is said in its own words.
import { describe, expect, it } from 'vitest';
import type { Board } from '../api/types';
import { beforeFirst, runShown } from './run-shown';

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
