// A value that comes from the server: loading, there, or a problem. Holds no address and no caching rule.
import { asProblem, type ProblemShape } from './problem';

export class Resource<T> {
  data = $state.raw<T | undefined>(undefined);
  problem = $state.raw<ProblemShape | undefined>(undefined);
  loading = $state(false);
  #turn = 0;
  #key: string | undefined;

  /** Loads anew. What was there stays visible while `key` is the same, and goes when it changes. */
  async load(key: string, fetcher: () => Promise<T>): Promise<void> {
    const turn = ++this.#turn;
    if (key !== this.#key) this.data = undefined;
    this.#key = key;
    this.loading = true;
    this.problem = undefined;
    try {
      const data = await fetcher();
      if (turn === this.#turn) this.data = data;
    } catch (thrown) {
      if (turn === this.#turn) {
        this.problem = asProblem(thrown);
        this.data = undefined;
      }
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  }

  clear(): void {
    this.#turn++;
    this.#key = undefined;
    this.data = undefined;
    this.problem = undefined;
    this.loading = false;
  }
}

/** A change sent to the server: idle, sending, or refused with a problem. */
export class Action {
  busy = $state(false);
  problem = $state.raw<ProblemShape | undefined>(undefined);

  async run<R>(send: () => Promise<R>): Promise<R | undefined> {
    if (this.busy) return undefined;
    this.busy = true;
    this.problem = undefined;
    try {
      return await send();
    } catch (thrown) {
      this.problem = asProblem(thrown);
      return undefined;
    } finally {
      this.busy = false;
    }
  }
}
