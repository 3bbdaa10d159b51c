// The picture of a customer's records: what links them, where it lies, and what is left out when there is too much.
import { describe, expect, it } from 'vitest';
import type { CustomerIdentity, IdentityPair } from '../api/types';
import { identityGraph } from './identity-graph';

type Line = IdentityPair['evidence'][number];
const pair = (a: number, b: number, evidence: Line[], more: Partial<IdentityPair> = {}): IdentityPair => ({ a, b, state: 'linked', evidence, run_id: 'r', since: '2026-01-01T00:00:00Z', ...more });
const mail: Line = { about: 'e-mail address', found: 'both records hold the same' };
const card: Line = { about: 'payment card', found: 'seen together on 2 of its 2 receipts' };
const alike: Line[] = [{ about: 'before anything is compared', found: 'held against two strangers', points: -9000 }, { about: 'telephone number', found: 'same', points: 15_000 }];
const record = (record_key: number, ...identifiers: [string, string][]) => ({ record_key, identifiers: identifiers.map(([field, value]) => ({ field, value })), fields: [] });
const customer = (records: CustomerIdentity['records'], links: IdentityPair[], decisions: CustomerIdentity['decisions'] = []): CustomerIdentity => ({
  customer_key: records[0]?.record_key ?? 0, asked_key: records[0]?.record_key ?? 0, named: true, records, profile: [], links, decisions, version: 0,
});
const three = customer(
  [record(13, ['loyalty', 'L1']), record(656, ['email', 'a@b.example']), record(960, ['card', 'K1'])],
  [pair(13, 656, [mail]), pair(13, 960, [card])],
);
const keys = (graph: ReturnType<typeof identityGraph>, kind: string) => graph.nodes.filter((one) => one.kind === kind).map((one) => one.label);

describe('the records of a customer as a picture', () => {
  it('has the profile in the middle and what links records between them', () => {
    const graph = identityGraph(three);
    expect(keys(graph, 'profile')).toEqual(['Customer 13']);
    expect(keys(graph, 'record')).toEqual(['Record 13', 'Record 656', 'Record 960']);
    expect(graph.nodes.filter((one) => one.kind === 'identifier').map((one) => one.title)).toEqual(['e-mail: a@b.example', 'card: K1']);
    const [middle] = graph.nodes;
    expect([middle?.x, middle?.y]).toEqual([0, 0]);
    expect(graph.leftOut).toBe('');
  });
  it('has a line for each that holds an identifier, with the evidence of its pairs', () => {
    const { edges } = identityGraph(three);
    expect(edges.filter((one) => one.kind === 'identifier').map((one) => [one.record, one.links.map((link) => link.b)])).toEqual([[13, [656]], [656, [656]], [13, [960]], [960, [960]]]);
    expect(edges.filter((one) => one.kind === 'profile').length).toBe(3);
  });
  it('takes pairs together that one identifier joins, and a field that is alike for no identifier', () => {
    const graph = identityGraph(customer([record(1), record(2), record(3), record(4)], [pair(1, 2, [mail]), pair(3, 4, [mail]), pair(2, 3, [mail]), pair(1, 4, alike, { score: 6000, threshold: 4000 })]));
    expect(keys(graph, 'identifier')).toEqual(['e-mail']);
    expect(graph.edges.filter((one) => one.kind === 'identifier').length).toBe(4);
    expect(graph.edges.find((one) => one.kind === 'alike')?.label).toBe('Records 1 and 4: alike');
  });
  it('shows records of others that wait, what people decided, and nothing that has ended', () => {
    const word = { seq: 3, a: 2, b: 1, verdict: 'same' as const, at: '2026-01-01T00:00:00Z', author: 'x', reason: 'told so' };
    const graph = identityGraph(customer([record(1), record(2)], [pair(1, 9, alike, { state: 'review' }), pair(1, 8, [mail], { until: '2026-01-02T00:00:00Z' })], [word]));
    expect(keys(graph, 'other')).toEqual(['Record 9']);
    expect(graph.edges.map((one) => one.kind)).toEqual(['profile', 'profile', 'waits', 'word']);
    expect(graph.edges.at(-1)?.decision).toBe(word);
  });
  it('lays nothing on anything else', () => {
    const many = customer(Array.from({ length: 12 }, (_, i) => record(i)), Array.from({ length: 11 }, (_, i) => pair(0, i + 1, [i % 2 ? mail : card])));
    for (const { nodes, box } of [identityGraph(three), identityGraph(many), identityGraph(customer([record(1)], [pair(1, 9, alike, { state: 'review' })]))]) {
      for (const [i, a] of nodes.entries()) {
        expect(a.x - a.width / 2 >= box.x && a.x + a.width / 2 <= box.x + box.width && a.y - 12 >= box.y && a.y + 12 <= box.y + box.height).toBe(true);
        for (const b of nodes.slice(i + 1)) expect(Math.abs(a.x - b.x) >= (a.width + b.width) / 2 || Math.abs(a.y - b.y) >= 24, `${a.label} and ${b.label}`).toBe(true);
      }
    }
  });
  it('draws so many and says what it leaves out', () => {
    const links = Array.from({ length: 59 }, (_, i) => pair(i, i + 1, [{ about: ['device', 'browser', 'login'][i % 3] ?? '', found: 'both records hold the same' }]));
    const graph = identityGraph(customer(Array.from({ length: 60 }, (_, i) => record(i)), [...links, pair(0, 99, alike, { state: 'review' })]), 40);
    expect(graph.nodes.length).toBeLessThanOrEqual(40);
    expect(keys(graph, 'record').length + keys(graph, 'identifier').length).toBeGreaterThan(35);
    expect(graph.leftOut).toMatch(/^Not drawn for want of room: 40 records, 40 identifiers( and 1 record of others)?\. The tables hold all\.$/);
  });
});
