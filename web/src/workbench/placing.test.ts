import { describe, expect, it } from 'vitest';
import { methods, wayOf, weightsText } from './placing';

describe('placing newcomers', () => {
  it('writes weights as the server reads them, and leaves out what is none', () => {
    expect(weightsText({ format: 2, lat: 0 })).toBe('format=2,lat=0');
    expect(weightsText({ format: Number.NaN, lat: -1, lon: 101, area_m2: 0.5 })).toBe('area_m2=0.5');
    expect(weightsText({})).toBe('');
  });
  it('has words for every way', () => {
    expect(wayOf('like')).toBe('Those most alike');
    expect(methods.map((m) => m.word)).toEqual(['auto', 'like', 'model', 'largest', 'tightest']);
  });
});
