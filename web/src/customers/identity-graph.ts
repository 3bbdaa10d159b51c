// The records of one customer as a picture: what links them, and where each part lies. Pure; holds no display.
import type { CustomerIdentity, IdentityPair } from '../api/types';
import { plural } from '../format/words';
import { between, place, type Line, type Spot } from './identity-places';

type Decision = CustomerIdentity['decisions'][number];
type Held = CustomerIdentity['records'][number];

/** Nodes that are drawn at most. */
export const MOST = 40;

export interface GraphNode {
  key: string;
  kind: 'profile' | 'record' | 'identifier' | 'other';
  label: string;
  /** What more is told where it is pointed at. */
  title: string;
  x: number;
  y: number;
  width: number;
}
export interface GraphEdge extends Line {
  key: string;
  kind: 'profile' | 'identifier' | 'alike' | 'word' | 'waits';
  label: string;
  /** The record that it begins at. */
  record: number;
  /** What is kept of it. */
  links: IdentityPair[];
  decision?: Decision;
}
export interface IdentityGraph {
  nodes: GraphNode[];
  edges: GraphEdge[];
  /** What all of it lies within. */
  box: { x: number; y: number; width: number; height: number };
  /** In words, what is not drawn; empty where everything is. */
  leftOut: string;
}

/** Identifiers as the server writes them, by the kind of a record's own, in a word that fits into a node. */
const kinds: { about: string; kind: string; word: string }[] = [
  { about: 'loyalty number', kind: 'loyalty', word: 'loyalty number' },
  { about: 'login', kind: 'login', word: 'login' },
  { about: 'e-mail address', kind: 'email', word: 'e-mail' },
  { about: 'hash of an e-mail address', kind: 'email_hash', word: 'e-mail hash' },
  { about: 'payment card', kind: 'card', word: 'card' },
  { about: 'telephone number', kind: 'phone', word: 'telephone' },
  { about: 'device', kind: 'device', word: 'device' },
  { about: 'browser', kind: 'cookie', word: 'browser' },
];

/** An identifier, or a direct link, between records: a bridge over the ring of records. */
interface Bridge {
  key: string;
  kind: GraphEdge['kind'];
  ends: number[];
  links: IdentityPair[];
  about?: string;
  decision?: Decision;
}

/** Kinds of identifier that a pair is linked by: a field that is alike has points, an identifier has none. */
const linkedBy = (pair: IdentityPair): string[] =>
  pair.state === 'linked' ? pair.evidence.filter((line) => line.points == null && kinds.some((one) => one.about === line.about)).map((line) => line.about) : [];

/** Pairs that an identifier of one kind joins, taken together where they share a record. */
function identifiers(pairs: IdentityPair[]): Bridge[] {
  return kinds.flatMap(({ about }) => {
    let groups: { ends: Set<number>; links: IdentityPair[] }[] = [];
    for (const pair of pairs.filter((one) => linkedBy(one).includes(about))) {
      const touched = groups.filter((one) => one.ends.has(pair.a) || one.ends.has(pair.b));
      const ends = new Set([pair.a, pair.b, ...touched.flatMap((one) => [...one.ends])]);
      groups = [...groups.filter((one) => !touched.includes(one)), { ends, links: [...touched.flatMap((one) => one.links), pair] }];
    }
    return groups.map((one) => ({ key: `${about}/${Math.min(...one.ends)}`, kind: 'identifier' as const, ends: [...one.ends], links: one.links, about }));
  });
}

/** Pairs that are alike, wait for a person, or are one by a person's word: a line from record to record. */
function directs(pairs: IdentityPair[], decisions: Decision[]): Bridge[] {
  const same = decisions.filter((one) => one.verdict === 'same');
  const about = ({ a, b }: { a: number; b: number }) => same.find((one) => (one.a === a && one.b === b) || (one.a === b && one.b === a));
  const found = pairs.flatMap((pair): Bridge[] => {
    if (linkedBy(pair).length > 0 && pair.evidence.every((line) => line.points == null)) return [];
    const decision = about(pair);
    const kind = pair.state === 'review' ? 'waits' : decision ? 'word' : 'alike';
    return [{ key: `pair/${pair.a}/${pair.b}`, kind, ends: [pair.a, pair.b], links: [pair], decision }];
  });
  const told = new Set(pairs.map((pair) => `${pair.a}/${pair.b}`));
  const fresh = same.filter((one) => !told.has(`${one.a}/${one.b}`) && !told.has(`${one.b}/${one.a}`));
  return [...found, ...fresh.map((one) => ({ key: `word/${one.seq}/${one.a}/${one.b}`, kind: 'word' as const, ends: [one.a, one.b], links: [], decision: one }))];
}

/** Records so that those that are linked stand side by side, from the customer's own on. */
function walk(records: Held[], bridges: Bridge[]): Held[] {
  const left = new Map(records.map((one) => [one.record_key, one]));
  const order: Held[] = [];
  const open: number[] = [];
  while (left.size > 0) {
    const key = open.shift() ?? [...left.keys()][0];
    const record = key === undefined ? undefined : left.get(key);
    if (!record) continue;
    left.delete(record.record_key);
    order.push(record);
    open.unshift(...bridges.filter((one) => one.ends.includes(record.record_key)).flatMap((one) => one.ends));
  }
  return order;
}

const joins = (one: Bridge, keys: Set<number>): boolean => one.ends.filter((key) => keys.has(key)).length > 1;
const identifiersOf = (some: Bridge[]): number => some.filter((one) => one.kind === 'identifier').length;

/** As many records as there is room for with the identifiers that join them. */
function fitting(order: Held[], all: Bridge[], most: number): { keys: Set<number>; nodes: number } {
  for (let shown = Math.min(order.length, most - 1); ; shown--) {
    const keys = new Set(order.slice(0, shown).map((one) => one.record_key));
    const nodes = 1 + shown + identifiersOf(all.filter((one) => joins(one, keys)));
    if (shown <= 1 || nodes <= most) return { keys, nodes };
  }
}

/** What is drawn: records first, then what links them, then records of others that wait with one of them. */
function choose(told: CustomerIdentity, most: number) {
  const pairs = told.links.filter((link) => link.until == null);
  const all = [...identifiers(pairs), ...directs(pairs, told.decisions)];
  const order = walk(told.records, all);
  const { keys, nodes } = fitting(order, all, most);
  const own = new Set(order.map((one) => one.record_key));
  const others = [...new Set(all.flatMap((one) => one.ends))].filter((key) => !own.has(key));
  const near = others.filter((key) => all.some((one) => one.ends.includes(key) && one.ends.some((end) => keys.has(end)))).slice(0, Math.max(0, most - nodes));
  const drawn = new Set([...keys, ...near]);
  const bridges = all.map((one) => ({ ...one, ends: one.ends.filter((key) => drawn.has(key)) })).filter((one) => one.ends.length > 1 && one.ends.some((key) => keys.has(key)));
  const leftOut = sentence(order.length - keys.size, identifiersOf(all) - identifiersOf(bridges), others.length - near.length);
  return { records: order.filter((one) => keys.has(one.record_key)), near, bridges, leftOut };
}

/** What is not drawn, in words. */
function sentence(records: number, identifiers: number, others: number): string {
  const parts = [records > 0 && plural(records, 'record'), identifiers > 0 && plural(identifiers, 'identifier'), others > 0 && plural(others, 'record of others', 'records of others')].filter((one) => one !== false);
  if (parts.length === 0) return '';
  const last = parts.pop() ?? '';
  return `Not drawn for want of room: ${parts.length > 0 ? `${parts.join(', ')} and ${last}` : last}. The tables hold all.`;
}

const wordOf = (about: string | undefined): string => kinds.find((one) => one.about === about)?.word ?? about ?? '';

/** The value that an identifier has, where it is told and one. */
function valueOf(bridge: Bridge, records: Held[]): string {
  const kind = kinds.find((one) => one.about === bridge.about)?.kind;
  const held = records.filter((one) => bridge.ends.includes(one.record_key)).flatMap((one) => one.identifiers);
  const values = new Set(held.filter((one) => one.field === kind && one.value !== '').map((one) => one.value));
  return values.size === 1 ? `: ${[...values][0]}` : '';
}

/** About as wide as its words, which are set small. */
const widthOf = (label: string): number => Math.round(18 + 6.2 * label.length);

/** What nodes, of 24 in height, and the middles of lines lie within, with some room for what is in focus. */
function boxOf(nodes: GraphNode[], edges: GraphEdge[]): IdentityGraph['box'] {
  const x = [...nodes.flatMap((one) => [one.x - one.width / 2, one.x + one.width / 2]), ...edges.map((one) => one.at.x)];
  const y = [...nodes.flatMap((one) => [one.y - 12, one.y + 12]), ...edges.map((one) => one.at.y)];
  const [left, top] = [Math.floor(Math.min(...x)) - 10, Math.floor(Math.min(...y)) - 10];
  return { x: left, y: top, width: Math.ceil(Math.max(...x)) + 10 - left, height: Math.ceil(Math.max(...y)) + 10 - top };
}

const ownOf = (one: Held): string => one.identifiers.map((id) => (kinds.find(({ kind }) => kind === id.field)?.word ?? id.field) + (id.value ? ` ${id.value}` : '')).join(', ');

/** The picture of a customer’s records with at most so many nodes. */
export function identityGraph(told: CustomerIdentity, most = MOST): IdentityGraph {
  const { records, near, bridges, leftOut } = choose(told, most);
  // What goes to a record of others needs no room of its own: it ends there.
  const wide = bridges.filter((one) => one.kind === 'identifier' || !one.ends.some((key) => near.includes(key)));
  const beside = (key: number) => bridges.filter((one) => one.ends.includes(key)).flatMap((one) => one.ends);
  const spots = place(records.map((one) => one.record_key), [...wide.map((one) => one.ends), ...near.map(beside)]);
  const slots = new Map(wide.map((one, i) => [one.key, spots.slots[i] ?? spots.middle]));
  const node = (key: string, kind: GraphNode['kind'], label: string, title: string, at = spots.middle): GraphNode => ({ key, kind, label, title, ...at, width: widthOf(label) });
  const middle = node('profile', 'profile', `Customer ${told.customer_key}`, 'The profile that the records make together');
  const ring = records.map((one, i) => node(`${one.record_key}`, 'record', `Record ${one.record_key}`, ownOf(one), spots.ring[i]));
  const values = wide.filter((one) => one.kind === 'identifier').map((one) => node(one.key, 'identifier', wordOf(one.about), wordOf(one.about) + valueOf(one, records), slots.get(one.key)));
  const strangers = near.map((key, i) => node(`${key}`, 'other', `Record ${key}`, 'No record of this customer', spots.slots[wide.length + i]));
  const at = new Map([...ring, ...strangers].map((one) => [one.key, one]));
  const spokes = records.map((one, i): GraphEdge => ({ key: `profile/${one.record_key}`, kind: 'profile', label: `What the profile takes from record ${one.record_key}`, ...between(middle, ring[i] ?? middle), record: one.record_key, links: [] }));
  const lines = bridges.flatMap((one) => (one.kind === 'identifier' ? toIdentifier(one, slots.get(one.key) ?? middle, at) : [direct(one, at, slots.get(one.key))]));
  const [nodes, edges] = [[middle, ...ring, ...values, ...strangers], [...spokes, ...lines]];
  return { nodes, edges, box: boxOf(nodes, edges), leftOut };
}

/** A line from each record to an identifier that it shares with others. */
function toIdentifier(bridge: Bridge, slot: Spot, at: Map<string, GraphNode>): GraphEdge[] {
  return bridge.ends.flatMap((key) => {
    const record = at.get(`${key}`);
    const links = bridge.links.filter((pair) => pair.a === key || pair.b === key);
    return record ? [{ key: `${bridge.key}/${key}`, kind: 'identifier', label: `Record ${key} and the ${wordOf(bridge.about)}`, ...between(record, slot), record: key, links }] : [];
  });
}

const linkWords: { [kind in GraphEdge['kind']]?: string } = { alike: 'alike', word: 'one customer by a person’s word', waits: 'waits for a person' };

/** A line from record to record, round the middle where it has room there. */
function direct(bridge: Bridge, at: Map<string, GraphNode>, slot?: Spot): GraphEdge {
  const [a = 0, b = 0] = bridge.ends;
  const none = { x: 0, y: 0 };
  const line = between(at.get(`${a}`) ?? none, at.get(`${b}`) ?? none, slot);
  return { key: bridge.key, kind: bridge.kind, label: `Records ${a} and ${b}: ${linkWords[bridge.kind] ?? ''}`, ...line, record: a, links: bridge.links, decision: bridge.decision };
}
