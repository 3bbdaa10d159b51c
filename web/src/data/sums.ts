// Reading the sum of rows from the result of a job, which the contract leaves open. Holds no display.
import type { Job } from '../api/types';

export interface RowSum {
  read: number;
  loaded: number;
  duplicate: number;
  quarantined: number;
}

export function sumOf(job: Job | undefined): RowSum | undefined {
  const result = job?.result;
  if (!result) return undefined;
  const n = (key: string) => (typeof result[key] === 'number' ? result[key] : undefined);
  const [read, loaded, duplicate, quarantined] = [n('read') ?? n('rows_read'), n('loaded'), n('duplicate'), n('quarantined')];
  if (read === undefined || loaded === undefined) return undefined;
  return { read, loaded, duplicate: duplicate ?? 0, quarantined: quarantined ?? 0 };
}

export function textOf(job: Job | undefined, key: string): string | undefined {
  const value = job?.result?.[key];
  return typeof value === 'string' ? value : undefined;
}

export function textsOf(job: Job | undefined, key: string): string[] {
  const value = job?.result?.[key];
  return Array.isArray(value) ? value.filter((text) => typeof text === 'string') : [];
}

/** Imports of which a replay tried no row. */
export interface Skipped {
  import_id: string;
  file: string;
  why: string;
}

export function skippedOf(job: Job | undefined): Skipped[] {
  const value = job?.result?.skipped;
  const isOne = (one: unknown): one is Skipped =>
    typeof one === 'object' && one !== null && (['import_id', 'file', 'why'] as const).every((key) => typeof (one as Record<string, unknown>)[key] === 'string');
  return Array.isArray(value) ? value.filter(isOne) : [];
}
