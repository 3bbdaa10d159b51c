// Following a long job of the server until it ends. Holds no display.
import { api, take } from './client';
import { asProblem, type ProblemShape } from './problem';
import type { Job } from './types';

const ended = new Set<Job['state']>(['done', 'failed', 'cancelled']);

export class JobWatch {
  job = $state.raw<Job | undefined>(undefined);
  problem = $state.raw<ProblemShape | undefined>(undefined);
  cancelling = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;
  #onEnd: ((job: Job) => void) | undefined;
  #where: { project: string; job_id: string } | undefined;

  get running(): boolean {
    return this.#where !== undefined && this.problem === undefined && !(this.job && ended.has(this.job.state));
  }

  follow(project: string, job_id: string, onEnd?: (job: Job) => void): void {
    this.stop();
    this.job = undefined;
    this.problem = undefined;
    this.cancelling = false;
    this.#where = { project, job_id };
    this.#onEnd = onEnd;
    void this.#poll(++this.#turn, 0);
  }

  async #poll(turn: number, failures: number): Promise<void> {
    const where = this.#where;
    if (!where || turn !== this.#turn) return;
    let misses = failures;
    try {
      const job = await take(api.GET('/api/v1/projects/{project}/jobs/{job_id}', { params: { path: where } }));
      if (turn !== this.#turn) return;
      misses = 0;
      this.job = job;
      if (ended.has(job.state)) {
        this.#onEnd?.(job);
        return;
      }
    } catch (thrown) {
      if (turn !== this.#turn) return;
      misses += 1;
      const problem = asProblem(thrown);
      // A server that restarts answers again soon; a refusal does not change by asking.
      if (misses > 5 || (problem.status >= 400 && problem.status < 500)) {
        this.problem = problem;
        return;
      }
    }
    this.#timer = setTimeout(() => void this.#poll(turn, misses), misses > 0 ? 1500 : 500);
  }

  async cancel(reason: string): Promise<void> {
    if (!this.#where || !this.running) return;
    this.cancelling = true;
    try {
      await take(api.POST('/api/v1/projects/{project}/jobs/{job_id}/cancel', { params: { path: this.#where }, body: { reason } }));
    } catch (thrown) {
      this.problem = asProblem(thrown);
    }
  }

  stop(): void {
    this.#turn++;
    clearTimeout(this.#timer);
    this.#where = undefined;
  }
}
