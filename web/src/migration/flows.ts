// Who went where, as the pages say it: which flow is picked, names and colours of clusters, parts of a reason. Pure;
// holds no display.
import { tileVar } from '../charts/palette';
import type { MemberStay, Migration, MigrationFlow, MigrationSide, MoveWhy, PublicationRow } from '../api/types';
import { fixed, percent } from '../format/words';

/** A flow, or all flows out of or into a cluster. */
export interface Pick {
  kind?: MigrationFlow['kind'];
  out_of?: number;
  into?: number;
}

const kinds = ['moved', 'stayed', 'entered', 'left'] as const;
const whole = (text: string | null): number | undefined => (text !== null && /^-?\d+$/.test(text) ? Number(text) : undefined);

/** The pick that an address names. */
export function pickOf(query: URLSearchParams): Pick {
  return { kind: kinds.find((k) => k === query.get('kind')), out_of: whole(query.get('out_of')), into: whole(query.get('into')) };
}

/** The pick of one flow. */
export const pickFlow = (flow: Pick_): Pick => ({ kind: flow.kind, out_of: flow.from ?? undefined, into: flow.to ?? undefined });
type Pick_ = globalThis.Pick<MigrationFlow, 'kind' | 'from' | 'to'>;

export const same = (a: Pick, b: Pick): boolean => a.kind === b.kind && a.out_of === b.out_of && a.into === b.into;

export function flowOf(m: Migration, from: number | undefined, to: number | undefined): MigrationFlow | undefined {
  return m.flows.find((f) => (f.from ?? undefined) === from && (f.to ?? undefined) === to);
}

export function nameIn(side: MigrationSide, cluster: number | null | undefined): string {
  return side.clusters.find((c) => c.cluster === cluster)?.name ?? (cluster == null ? '' : `cluster ${cluster}`);
}

/** The places of clusters, for their colours, on each side. */
export interface Places {
  from: Map<number, number>;
  to: Map<number, number>;
}

/** Places of all clusters of both dates, so that one keeps its colour, also where its number is another. */
export function places(m: globalThis.Pick<Migration, 'same'> & { from: Clusters; to: Clusters }): Places {
  const now = new Map(m.same.map((pair) => [pair.before, pair.now]));
  const ids = (side: Clusters) => side.clusters.map((c) => c.cluster);
  const to = new Map(ids(m.to).sort((a, b) => a - b).map((cluster, place) => [cluster, place]));
  const gone = ids(m.from).filter((cluster) => !to.has(now.get(cluster) ?? Number.NaN));
  const from = new Map(ids(m.from).map((cluster) => [cluster, to.get(now.get(cluster) ?? Number.NaN) ?? to.size + gone.indexOf(cluster)]));
  return { from, to };
}
interface Clusters {
  clusters: { cluster: number }[];
}

export const tileOf = (at: Places, side: keyof Places, cluster: number | null | undefined): string => tileVar(at[side].get(cluster ?? -1) ?? 9);

/** A part of the change that a reason tells of: in per cent, which sum to 100, or the number where per cents would tell nothing. */
export const partOf = (why: MoveWhy, change: number): string => (why.shares ? percent(change / why.change, 0) : fixed(change, 4));

/** What moved members, in words. */
export const causeWord: Record<MigrationFlow['causes'][number]['cause'], string> = { hand: 'by hand', data: 'by data', part: 'by another part', rule: 'by rule', bounds: 'by bounds' };

/** A stay's cluster: its name, or why there is none. */
export const placeOf = (stay: MemberStay): string => stay.name ?? (stay.hidden ? 'not shown' : 'in none');

/** What a flow is called. */
export function told(m: Migration, flow: Pick_): string {
  const [from, to] = [nameIn(m.from, flow.from), nameIn(m.to, flow.to)];
  if (flow.kind === 'entered') return `new in ${to}`;
  if (flow.kind === 'left') return `gone from ${from}`;
  return flow.kind === 'stayed' ? `stayed in ${from}` : `${from} to ${to}`;
}

/** The publication before one, of a list that has the latest first. */
export const before = (all: PublicationRow[], row: PublicationRow): PublicationRow | undefined => all[all.indexOf(row) + 1];

/** A stay or publication's time in words for the eye. */
export const stateWord: Record<PublicationRow['state'], string> = { past: 'was live', live: 'live', planned: 'planned' };
