// The rows of a table that are drawn, kept up with what is in sight and how tall rows are. Holds no display.
import { flushSync, untrack } from 'svelte';
import { most, placesOf, spanFor, startsOf, type Span } from './row-window';
import type { Column } from './table';

interface Source<R> {
  rows: R[];
  key: (row: R) => string;
  columns: Column<R>[];
}
export interface DrawnRow<R> {
  row: R;
  /** Its place in the page. */
  at: number;
  /** Pixels of rows left out above it. */
  gap: number;
}

/** For the set-up of a component. */
export class RowWindow<R> {
  readonly #of: () => Source<R>;
  #span = $state.raw<Span>({ from: 0, to: most });
  #kept = $state.raw<number | undefined>(undefined);
  #all = $state(false);
  #body: HTMLElement | undefined;
  /** Pixels by key of those drawn before, and of a row not drawn yet. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- read when other rows are drawn, never a cause of it
  readonly #heights = new Map<string, number>();
  #usual = 32;
  readonly #made = new WeakMap<object, DrawnRow<R>>();

  constructor(of: () => Source<R>) {
    this.#of = of;
    $effect(() => {
      if (this.drawn.length > 0) this.look();
    });
  }

  /** Whether rows are left out. */
  readonly long = $derived.by(() => this.#of().rows.length > most && !this.#all);
  readonly #starts = $derived.by(() => {
    const { rows, key } = this.#of();
    // Read, so that heights told since are taken when other rows are drawn.
    return this.#span && startsOf(this.long ? rows.length : 0, (at) => this.#heights.get(key(rows[at] as R)) ?? this.#usual);
  });
  readonly drawn: DrawnRow<R>[] = $derived.by(() => {
    const { rows } = this.#of();
    if (!this.long) return rows.map((row, at) => this.#one(row, at, 0));
    let next = 0;
    return placesOf(this.#span, this.#kept, rows.length).map((at) => {
      const gap = (this.#starts[at] ?? 0) - (this.#starts[next] ?? 0);
      next = at + 1;
      return this.#one(rows[at] as R, at, gap);
    });
  });
  /** Pixels of rows left out below. */
  readonly below = $derived.by(() => (this.long ? (this.#starts.at(-1) ?? 0) - (this.#starts[(this.drawn.at(-1)?.at ?? -1) + 1] ?? 0) : 0));
  /** For each column the row whose value is longest; of figures, which take long to write, among some of the rows. */
  readonly widest = $derived.by(() => {
    const { rows, columns } = this.#of();
    if (!this.long) return [];
    return columns.map((column) => {
      const step = column.end || column.nowrap ? Math.ceil(rows.length / most) : 1;
      const looked = rows.filter((_, at) => at % step === 0);
      const lengths = looked.map((row) => column.text(row).length);
      return looked[lengths.indexOf(Math.max(...lengths))];
    });
  });

  readonly body = (body: HTMLElement) => {
    this.#body = body;
    untrack(() => this.look());
    return () => (this.#body = undefined);
  };
  /** Draws what came into sight. */
  readonly look = (): void => {
    if (!this.long || !this.#body) return;
    this.#measure(this.#body);
    const top = -this.#body.getBoundingClientRect().top;
    this.#span = spanFor(this.#span, this.#starts, top, top + window.innerHeight);
  };
  /** The row with the focus stays, so that a key goes on from there. */
  readonly hold = (event: FocusEvent): void => {
    const row = (event.target as Element).closest<HTMLElement>('[data-row]');
    if (row) this.#kept = Number(row.dataset['row']);
  };
  readonly free = (event: FocusEvent): void => {
    if (!this.#body?.contains(event.relatedTarget as Node | null)) this.#kept = undefined;
  };
  /** Paper has no scrolling: all rows, or again those in sight. */
  whole(all: boolean): void {
    flushSync(() => (this.#all = all));
  }

  /** The same object for a row that stays where it is: nothing of it is drawn again. */
  #one(row: R, at: number, gap: number): DrawnRow<R> {
    const key = row as object;
    const before = this.#made.get(key);
    if (before?.at === at && before.gap === gap) return before;
    const made = { row, at, gap };
    this.#made.set(key, made);
    return made;
  }
  #measure(body: HTMLElement): void {
    const { rows, key } = this.#of();
    let [sum, count] = [0, 0];
    for (const element of body.querySelectorAll<HTMLElement>(':scope > [data-row]')) {
      const row = rows[Number(element.dataset['row'])];
      if (row === undefined) continue;
      const next = element.nextElementSibling as HTMLElement | null;
      const opened = next?.classList.contains('detail') ? next.offsetHeight : 0;
      this.#heights.set(key(row), element.offsetHeight + opened);
      sum += element.offsetHeight;
      count++;
    }
    if (count > 0) this.#usual = sum / count;
  }
}
