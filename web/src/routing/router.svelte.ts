// The browser's address as reactive state: page, query, and moving between them. Holds no page.
import { parsePath, type Route } from './paths';

class Router {
  pathname = $state(window.location.pathname);
  search = $state(window.location.search);
  route: Route = $derived(parsePath(this.pathname));
  query = $derived(new URLSearchParams(this.search));

  constructor() {
    window.addEventListener('popstate', () => this.#read());
    document.addEventListener('click', (event) => this.#click(event));
  }

  #read(): void {
    this.pathname = window.location.pathname;
    this.search = window.location.search;
  }

  #click(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link || link.target || link.hasAttribute('download') || link.origin !== window.location.origin) return;
    if (!(link.pathname === '/' || link.pathname.startsWith('/p/'))) return;
    if (link.hash && link.pathname === window.location.pathname) return;
    event.preventDefault();
    this.go(link.pathname + link.search + link.hash);
  }

  go(to: string, how: { replace?: boolean } = {}): void {
    const url = new URL(to, window.location.origin);
    const samePage = url.pathname === this.pathname;
    if (how.replace) window.history.replaceState(null, '', url);
    else window.history.pushState(null, '', url);
    this.#read();
    if (samePage && !url.hash) return;
    requestAnimationFrame(() => {
      const anchor = url.hash ? document.getElementById(url.hash.slice(1)) : null;
      if (anchor) anchor.scrollIntoView();
      else {
        window.scrollTo(0, 0);
        document.getElementById('main')?.focus({ preventScroll: true });
      }
    });
  }

  /** Changes some of the query; undefined or '' removes a key. */
  setQuery(changes: Record<string, string | number | undefined>, how: { push?: boolean } = {}): void {
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- built here and written out as text
    const next = new URLSearchParams(window.location.search);
    for (const [key, value] of Object.entries(changes)) {
      if (value === undefined || value === '') next.delete(key);
      else next.set(key, String(value));
    }
    const text = next.toString();
    const to = this.pathname + (text ? `?${text}` : '');
    if (how.push) window.history.pushState(null, '', to);
    else window.history.replaceState(null, '', to);
    this.#read();
  }
}

export const router = new Router();
