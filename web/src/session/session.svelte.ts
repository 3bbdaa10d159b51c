// Who is signed in, which projects there are, and for what purpose people are looked at.
// Holds nothing of one page.
import { api, onSignedOut, take } from '../api/client';
import { asProblem, type ProblemShape } from '../api/problem';
import type { Me, Project, Purpose, Role } from '../api/types';
import { author } from '../format/words';

const purposeKey = 'tessera.purpose';

function remembered(): Purpose | undefined {
  try {
    return (sessionStorage.getItem(purposeKey) as Purpose | null) ?? undefined;
  } catch {
    return undefined;
  }
}

class Session {
  state = $state<'starting' | 'signed-out' | 'failed' | 'ready'>('starting');
  me = $state.raw<Me | undefined>(undefined);
  projects = $state.raw<Project[]>([]);
  problem = $state.raw<ProblemShape | undefined>(undefined);
  #purpose = $state<Purpose | undefined>(remembered());

  constructor() {
    onSignedOut(() => (this.state = 'signed-out'));
  }

  async start(): Promise<void> {
    this.state = 'starting';
    this.problem = undefined;
    try {
      const [me, list] = await Promise.all([take(api.GET('/api/v1/me')), take(api.GET('/api/v1/projects'))]);
      this.me = me;
      this.projects = list.projects;
      this.state = 'ready';
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (problem.status === 401) this.state = 'signed-out';
      else {
        this.problem = problem;
        this.state = 'failed';
      }
    }
  }

  /** Reads the projects again: an import brings the currency and dates. */
  async refresh(): Promise<void> {
    try {
      this.projects = (await take(api.GET('/api/v1/projects'))).projects;
    } catch {
      // Nobody asked for this, and what was known still holds; the next page says what is wrong.
    }
  }

  /** The purpose chosen in this session, if this person may still use it. */
  get purpose(): Purpose | undefined {
    const chosen = this.#purpose;
    return this.me?.purposes.some((p) => p.purpose === chosen && p.allowed) ? chosen : undefined;
  }

  choosePurpose(purpose: Purpose | undefined): void {
    this.#purpose = purpose;
    try {
      if (purpose) sessionStorage.setItem(purposeKey, purpose);
      else sessionStorage.removeItem(purposeKey);
    } catch {
      // A browser that keeps nothing asks again on the next page load.
    }
  }

  project(id: string | undefined): Project | undefined {
    return this.projects.find((p) => p.id === id);
  }

  /** An author as people read it; one's own account by its name. */
  nameOf(who: string): string {
    const me = this.me;
    return me && (who === me.person_id || who === `person:${me.person_id}`) ? me.name : author(who);
  }

  /** No role contains another; the server's table says the same and decides. */
  hasRole(...roles: Role[]): boolean {
    return this.me?.roles.some((role) => roles.includes(role)) ?? false;
  }

  async signOut(): Promise<void> {
    try {
      await take(api.POST('/api/v1/logout'));
    } finally {
      this.choosePurpose(undefined);
      this.state = 'signed-out';
    }
  }
}

export const session = new Session();
