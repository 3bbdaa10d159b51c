// A failed answer as a value that a page can show: what, where, how to mend. Holds no fetching.

export interface FieldProblem {
  field: string;
  detail: string;
}

export interface ProblemShape {
  status: number;
  title: string;
  detail?: string;
  /** Where it happened: the path that was asked. */
  where?: string;
  /** The server's name for this one failure, to be found in its log. */
  reference?: string;
  errors: FieldProblem[];
}

export class Problem extends Error {
  readonly shape: ProblemShape;
  constructor(shape: ProblemShape) {
    super(shape.detail ?? shape.title);
    this.shape = shape;
  }
}

const mending: Record<number, string> = {
  0: 'Check that the server still runs and that this machine can reach it, then try again.',
  401: 'Open the one-time link that the terminal printed.',
  403: 'Ask an administrator of this project for a role that allows it.',
  404: 'Check the address, or pick another project in the header.',
  409: 'Load the page again to see the present state, then repeat your change.',
  413: 'Split the file, or import it with the command line.',
  422: 'Correct what it names and send again.',
  429: 'Wait a moment, then try again.',
};

export function howToMend(status: number): string {
  if (status >= 500) return 'Try again. If it stays, look at the server’s log and report the text above.';
  return mending[status] ?? 'Try again, or go back to the page before.';
}

const titles: Record<number, string> = {
  401: 'You are not signed in',
  403: 'Your role does not allow this',
  404: 'Not found',
  422: 'That cannot be used as it is',
};

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Reads an RFC 9457 body; anything else becomes a plain problem of that status. */
export function problemFrom(status: number, body: unknown, path: string): ProblemShape {
  const b = isRecord(body) ? body : {};
  const errors = Array.isArray(b.errors)
    ? b.errors.filter(isRecord).map((e) => ({ field: String(e.field ?? ''), detail: String(e.detail ?? '') }))
    : [];
  return {
    status,
    title: typeof b.title === 'string' && b.title !== '' ? b.title : (titles[status] ?? `The server answered ${status}`),
    detail: typeof b.detail === 'string' ? b.detail : undefined,
    where: typeof b.instance === 'string' && b.instance.startsWith('/') ? b.instance : path,
    ...(typeof b.instance === 'string' && b.instance.startsWith('urn:') ? { reference: b.instance.replace(/^urn:(uuid:)?/, '') } : {}),
    errors,
  };
}

/** Whatever was thrown, as a problem. */
export function asProblem(thrown: unknown): ProblemShape {
  if (thrown instanceof Problem) return thrown.shape;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  if (thrown instanceof TypeError && /fetch|network|load failed/i.test(text))
    return { status: 0, title: 'The server cannot be reached', detail: text, errors: [] };
  return { status: -1, title: 'This page met an unexpected fault', detail: text, errors: [] };
}
