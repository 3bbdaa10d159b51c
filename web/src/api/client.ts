// The typed client of the HTTP API, and the one way a call becomes data or a Problem.
// Holds no state and no page's wording.
import createClient, { type Middleware } from 'openapi-fetch';
import type { paths } from '../generated/api';
import { Problem, problemFrom } from './problem';

const mutating = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
const signedOut = new Set<() => void>();

/** Called whenever the server says that nobody is signed in. */
export function onSignedOut(listener: () => void): void {
  signedOut.add(listener);
}

const csrf: Middleware = {
  onRequest({ request }) {
    if (mutating.has(request.method)) request.headers.set('X-Tessera-CSRF', '1');
    return request;
  },
};

export const api = createClient<paths>({ baseUrl: window.location.origin, credentials: 'same-origin' });
api.use(csrf);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Data of a call, or a thrown Problem. */
export async function take<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (response.ok) return data as T;
  if (response.status === 401) for (const listener of signedOut) listener();
  throw new Problem(problemFrom(response.status, error, new URL(response.url || window.location.href).pathname));
}

/** The address of a download: the path of a table, with its ending and filters. */
export function downloadUrl(path: string, ending: 'csv' | 'xlsx', query: Record<string, string | number | undefined>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined && value !== '') params.set(key, String(value));
  const text = params.toString();
  return `/api/v1${path}.${ending}${text ? `?${text}` : ''}`;
}
