// What tells one run of a scheme from another for a reader: its title, how many clusters, when and by whom it was made, its
// short id. Pure; holds no display.
import type { ScenarioRow, SchemeFile } from '../api/types';
import { count, moment, plural, shortId } from '../format/words';

type Row = Pick<ScenarioRow, 'run_id' | 'title' | 'clusters' | 'at' | 'author'>;

/** The title, with the number of clusters where it does not say it; one cut into parts says the number asked of each. */
export function titled({ title, clusters }: Pick<Row, 'title' | 'clusters'>, cluster: string): string {
  const said = new RegExp(`\\b(\\d+) ${cluster}`).exec(title)?.[1];
  if (said === String(clusters)) return title;
  return said === undefined ? `${title}, ${plural(clusters, cluster)}` : `${title}, ${count(clusters)} in all`;
}

/** What tells a run from all others, whatever they are called: the instant and the short id. */
export const factsOf = (row: Pick<Row, 'run_id' | 'at'>): string => `${moment(row.at)}, run ${shortId(row.run_id)}`;

/** All in one line, for where two runs of one title may stand side by side. */
export const dated = (row: Row, cluster: string): string => `${titled(row, cluster)}, ${factsOf(row)}`;

/** Both, told apart: with instants and ids only where nothing else differs. */
export const pair = (a: Row, b: Row, cluster: string): [string, string] => {
  const say = titled(a, cluster) === titled(b, cluster) ? dated : titled;
  return [say(a, cluster), say(b, cluster)];
};

/** Who made the run: who took its first step, where the steps still tell. */
export function madeBy(file: Pick<SchemeFile, 'steps'>, row: Row): string {
  return file.steps.findLast((step) => step.run_id === row.run_id)?.author ?? row.author;
}
