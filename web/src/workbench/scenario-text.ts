// What tells one run of a scheme from another for a reader: its title, how many clusters, when and by whom it was made.
// Pure; holds no display.
import type { ScenarioRow, SchemeFile } from '../api/types';
import { moment, plural } from '../format/words';

type Row = Pick<ScenarioRow, 'run_id' | 'title' | 'clusters' | 'at' | 'author'>;

/** The title, with the number of clusters where it does not say it. */
export const titled = (row: Row, cluster: string): string => (new RegExp(`\\b\\d+ ${cluster}`).test(row.title) ? row.title : `${row.title}, ${plural(row.clusters, cluster)}`);

/** The same with the instant, for where two runs with one title stand side by side. */
export const dated = (row: Row, cluster: string): string => `${titled(row, cluster)} (${moment(row.at)})`;

/** Both, told apart: with their instants only where nothing else differs. */
export const pair = (a: Row, b: Row, cluster: string): [string, string] => {
  const say = titled(a, cluster) === titled(b, cluster) ? dated : titled;
  return [say(a, cluster), say(b, cluster)];
};

/** Who made the run: who took its first step, where the steps still tell. */
export function madeBy(file: Pick<SchemeFile, 'steps'>, row: Row): string {
  return file.steps.findLast((step) => step.run_id === row.run_id)?.author ?? row.author;
}
