// What the parts of the segments page share: order, colour and distinctiveness of segments (the API calls a segment a cluster).
// Pure; holds no display and no fetching.
import { tileVar } from '../charts/palette';
import { count, fixed } from '../format/words';
import type { Cluster, Feature, ProfileCell, Scheme } from '../api/types';

export interface ClusterView {
  cluster: Cluster;
  position: number;
  tile: string;
}

/** Clusters by number; the position gives the colour, the same on every page. */
export function viewsOf(scheme: Pick<Scheme, 'clusters'>): ClusterView[] {
  return [...scheme.clusters]
    .sort((a, b) => a.cluster - b.cluster)
    .map((cluster, position) => ({ cluster, position, tile: tileVar(position) }));
}

/** A map as a table: each cluster with how many of its members are drawn and where its centre lies. */
export function centreRows(map: { points: { cluster: number }[]; centers: { cluster: number; x: number; y: number }[] }, views: ClusterView[]): string[][] {
  return views.map((v) => {
    const centre = map.centers.find((c) => c.cluster === v.cluster.cluster);
    return [v.cluster.name, count(map.points.filter((p) => p.cluster === v.cluster.cluster).length), fixed(centre?.x), fixed(centre?.y)];
  });
}

export interface HeatRow {
  feature: Feature;
  cells: (ProfileCell | undefined)[];
  distinct: number;
}

/** Features × clusters, the most telling first: over all clusters, or for one. */
export function heatRows(scheme: Pick<Scheme, 'features'>, views: ClusterView[], selected?: number): HeatRow[] {
  const rows = scheme.features.map((feature) => {
    const cells = views.map((v) => v.cluster.profile.find((cell) => cell.feature === feature.key));
    const counted = selected === undefined ? cells : cells.filter((_, i) => views[i]?.cluster.cluster === selected);
    const distinct = counted.reduce((sum, cell) => sum + (cell?.significant ? Math.abs(cell.effect) : 0), 0);
    return { feature, cells, distinct };
  });
  return rows.sort((a, b) => b.distinct - a.distinct || a.feature.label.localeCompare(b.feature.label));
}
