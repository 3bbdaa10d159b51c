// The typed client of the HTTP API, and the one way a call becomes data or a Problem.
// Holds no state and no page's wording.
import createClient, { type Middleware } from 'openapi-fetch';
import { nameIn } from '../format/save';
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
  throw refused(response, error);
}

function refused(response: Response, body: unknown): Problem {
  if (response.status === 401) for (const listener of signedOut) listener();
  return new Problem(problemFrom(response.status, body, new URL(response.url || window.location.href).pathname));
}

/** A whole table as a file: the path of a table, with its ending and filters. Throws a Problem like any call. */
export async function fetchTable(
  path: string,
  ending: 'csv' | 'xlsx',
  query: Record<string, string | number | undefined>,
): Promise<{ name: string; content: Blob }> {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined && value !== '') params.set(key, String(value));
  const response = await fetch(`/api/v1${path}.${ending}?${params}`, { credentials: 'same-origin' });
  if (!response.ok) throw refused(response, await response.json().catch(() => undefined));
  return { name: nameIn(response.headers.get('content-disposition'), `table.${ending}`), content: await response.blob() };
}
