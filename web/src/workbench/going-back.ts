// What going back to a version would bring back, as far as the list of versions tells, and why there is nothing. Pure; holds
// no display and no asking; the server decides by the whole.
import type { PublicationRow, SchemeFile, VersionPart, VersionRow } from '../api/types';

type File = Pick<SchemeFile, 'recipe' | 'versions' | 'publications'>;

/** The publication that is in effect at an instant. */
function liveAt(all: PublicationRow[], at: string): PublicationRow | undefined {
  const t = Date.parse(at);
  return all.find((p) => Date.parse(p.from) <= t && (p.until == null || t < Date.parse(p.until)));
}

/** The parts that going back to a version may bring back; `all` are the versions, newest first. Of changes by hand it is only
 *  known that nobody made one since: two that undo each other are told by the server. */
export function brings(row: VersionRow, all: VersionRow[], file: File): VersionPart[] {
  const saved = all.find((one) => one.version <= row.version && one.recipe_version != null)?.recipe_version;
  const then = file.versions.find((one) => one.version === saved)?.text;
  const [was, is] = [liveAt(file.publications, row.at), file.publications.find((p) => p.state === 'live')];
  const parts: [VersionPart, boolean][] = [
    ['recipe', then !== undefined && then !== file.recipe.text],
    ['hands', all.some((one) => one.version > row.version && one.parts.includes('hands'))],
    ['live', was !== undefined && was.run_id !== is?.run_id],
  ];
  return parts.filter(([, differs]) => differs).map(([part]) => part);
}

/** Why going back to a version is not offered; nothing where it is. */
export function whyNot(row: VersionRow, all: VersionRow[], file: File): string | undefined {
  if (brings(row, all, file).length > 0) return undefined;
  if (row.version === all[0]?.version) return 'holds now';
  const none = file.publications.some((p) => p.state === 'live') && !liveAt(file.publications, row.at);
  return none ? 'nothing was live then, the rest is as it is now' : 'all is as it is now';
}
