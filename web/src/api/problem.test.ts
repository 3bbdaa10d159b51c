// Problems are read from what servers really send, and never throw.
import { describe, expect, it } from 'vitest';
import { asProblem, howToMend, Problem, problemFrom } from './problem';

describe('problemFrom', () => {
  it('keeps the server’s words and the fields', () => {
    const p = problemFrom(422, { title: 'Reason missing', detail: 'Say why.', errors: [{ field: 'reason', detail: 'is empty' }] }, '/x');
    expect(p).toEqual({ status: 422, title: 'Reason missing', detail: 'Say why.', where: '/x', errors: [{ field: 'reason', detail: 'is empty' }] });
  });
  it('keeps the reference to the server’s log', () => {
    expect(problemFrom(422, { title: 't', instance: 'urn:uuid:01a2', errors: null }, '/x')).toMatchObject({ where: '/x', reference: '01a2', errors: [] });
  });
  it('makes sense of a body that is no problem', () => {
    expect(problemFrom(502, '<html>', '/x').title).toBe('The server answered 502');
    expect(problemFrom(404, undefined, '/x').title).toBe('Not found');
    expect(problemFrom(500, { errors: 'no list' }, '/x').errors).toEqual([]);
  });
  it('always tells how to mend', () => {
    for (const status of [0, 401, 403, 404, 409, 422, 429, 500, 503, -1, 418]) expect(howToMend(status).length).toBeGreaterThan(10);
  });
  it('unwraps what was thrown', () => {
    expect(asProblem(new Problem({ status: 403, title: 't', errors: [] })).status).toBe(403);
    expect(asProblem(new TypeError('Failed to fetch')).status).toBe(0);
    expect(asProblem('odd').detail).toBe('odd');
  });
});
