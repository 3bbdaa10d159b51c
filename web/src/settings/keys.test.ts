// A key that no longer works is never called valid.
import { describe, expect, it } from 'vitest';
import { stateOf } from './keys';

describe('stateOf', () => {
  const now = Date.parse('2026-05-06T12:00:00Z');
  it('tells valid, expired and revoked', () => {
    expect(stateOf({ revoked: false, expires_at: null }, now)).toBe('valid');
    expect(stateOf({ revoked: false, expires_at: '2026-05-06T12:00:01Z' }, now)).toBe('valid');
    expect(stateOf({ revoked: false, expires_at: '2026-05-06T12:00:00Z' }, now)).toBe('expired');
    expect(stateOf({ revoked: true, expires_at: '2026-05-07T12:00:00Z' }, now)).toBe('revoked');
    expect(stateOf({ revoked: true, expires_at: '2026-05-01T12:00:00Z' }, now)).toBe('revoked');
  });
});
