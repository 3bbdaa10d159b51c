// What a run changes against another, as a person who decides reads it: who moves where, comes in and leaves. Pure; holds no
// display and no asking.
import type { Comparison } from '../api/types';

type Flow = Comparison['flows'][number];
export interface Change extends Flow {
  /** From where to where, in words. */
  said: string;
}

/** The flows that are changes, the largest first, and how many members come in and leave. */
export function changesOf(t: Pick<Comparison, 'flows' | 'a_names' | 'b_names'>): { flows: Change[]; entered: number; left: number } {
  const name = (names: Comparison['a_names'], cluster: number) => names.find((n) => n.cluster === cluster)?.name ?? `cluster ${cluster}`;
  const said = ({ from, to }: Flow) => (from == null ? `new in ${name(t.b_names, to ?? 0)}` : to == null ? `gone from ${name(t.a_names, from)}` : `${name(t.a_names, from)} → ${name(t.b_names, to)}`);
  const sum = (of: (flow: Flow) => boolean) => t.flows.filter(of).reduce((n, flow) => n + flow.members, 0);
  const flows = t.flows.filter((flow) => !flow.stays).map((flow) => ({ ...flow, said: said(flow) }));
  return { flows: flows.sort((a, b) => b.members - a.members), entered: sum((f) => f.from == null), left: sum((f) => f.to == null) };
}

/** The first few by name, and how many more there are. */
export function namedOf({ named, members }: Pick<Flow, 'named' | 'members'>): string {
  const more = members - named.length;
  return named.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
