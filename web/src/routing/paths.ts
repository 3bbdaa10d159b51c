// The addresses of the pages, read and written. Holds no browser state.

export type PageName = 'start' | 'home' | 'data' | 'upload' | 'workbench' | 'products' | 'product' | 'segments' | 'customers' | 'customer' | 'settings' | 'sql' | 'unknown';

export interface Route {
  page: PageName;
  project?: string;
  /** What follows the page: a scheme, a product's code, a customer key, or a settings tab. */
  rest?: string;
}

const plain = new Set(['home', 'data', 'upload', 'workbench', 'products', 'segments', 'settings', 'sql']);

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function parsePath(pathname: string): Route {
  const parts = pathname.split('/').filter(Boolean).map(decode);
  if (parts.length === 0) return { page: 'start' };
  if (parts[0] !== 'p' || !parts[1] || parts.length > 4) return { page: 'unknown' };
  const project = parts[1];
  const page = parts[2] ?? 'home';
  const rest = parts[3];
  if (page === 'products' && rest) return { page: 'product', project, rest };
  if (page === 'customers') return rest ? { page: 'customer', project, rest } : { page: 'customers', project };
  if (!plain.has(page) || (rest && page !== 'workbench' && page !== 'segments' && page !== 'settings')) return { page: 'unknown', project };
  return { page: page as PageName, project, rest };
}

export function pathTo(project: string, page: string, rest?: string | number): string {
  const base = `/p/${encodeURIComponent(project)}/${page}`;
  return rest === undefined ? base : `${base}/${encodeURIComponent(String(rest))}`;
}

/** A link named by the server: whole, or below the project. Never leaves this site. */
export function linkWithin(project: string, link: string): string {
  if (link.startsWith('/p/')) return link;
  const below = link.replace(/^\/+/, '');
  return `/p/${encodeURIComponent(project)}/${below || 'home'}`;
}
