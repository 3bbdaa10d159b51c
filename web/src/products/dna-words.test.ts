// Where a correction stands, and what finder and drivers say of a product and a level.
import { expect, it } from 'vitest';
import type { DnaCorrectionRow } from '../api/types';
import { correctionState, fitText, isSingle, standingText } from './dna-words';

const row = (of: Partial<DnaCorrectionRow>): DnaCorrectionRow => ({
  correction: 1,
  verb: 'add',
  attribute: 'colour',
  values: ['red'],
  at: '2026-05-02T10:00:00Z',
  author: 'person:1',
  reason: 'seen',
  in_effect: false,
  sentence: 'colour is red',
  ...of,
});

it('tells a correction that counts from one that never did', () => {
  const before = '2026-05-01T10:00:00Z';
  const after = '2026-05-03T10:00:00Z';
  const undone_at = '2026-05-04T10:00:00Z';
  expect(correctionState(row({}), before)).toBe('from the next run on');
  expect(correctionState(row({ in_effect: true }), after)).toBe('in effect');
  expect(correctionState(row({ undone_at }), after)).toBe('taken back from the next run on');
  expect(correctionState(row({ undone_at, in_effect: true }), '2026-05-05T10:00:00Z')).toBe('taken back');
  expect(correctionState(row({ undone_at }), before)).toMatch(/never counted/);
  expect(correctionState(row({ undone_at }), undefined)).toMatch(/never counted/);
});

it('says how a product stands to an answer', () => {
  expect(fitText('met', ['red', 'blue'])).toBe('red, blue, as wanted');
  expect(fitText('failed', ['green'])).toBe('green, not as wanted');
  expect(fitText('failed', [])).toBe('not as wanted');
  expect(fitText('unknown', [])).toBe('not known');
});

it('knows attributes of one value, and words for levels', () => {
  expect(['brand', 'pack', 'price_tier', 'colour'].map(isSingle)).toEqual([true, true, true, false]);
  expect([standingText('compared'), standingText('not offered')]).toEqual(['', 'stood on no shelf']);
});
