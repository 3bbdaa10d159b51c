// The design tokens as values a canvas can use. Holds no chart.

export interface Palette {
  ink: string;
  ink2: string;
  ink3: string;
  grout: string;
  surface: string;
  raised: string;
  accent: string;
  warm: string;
  font: string;
  tile: (cluster: number) => string;
}

export const tileCount = 10;

/** The style of a cluster's colour for `style:--tile`. */
export function tileVar(position: number): string {
  return `var(--tile-${((position % tileCount) + tileCount) % tileCount})`;
}

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const get = (name: string) => style.getPropertyValue(name).trim();
  // Read now: asked for later, while something else of the page has changed, each would style the whole page first.
  const tiles = Array.from({ length: tileCount }, (_, at) => get(`--tile-${at}`));
  return {
    ink: get('--ink'),
    ink2: get('--ink-2'),
    ink3: get('--ink-3'),
    grout: get('--grout'),
    surface: get('--surface'),
    raised: get('--raised'),
    accent: get('--accent'),
    warm: get('--tile-1'),
    font: get('--sans'),
    tile: (cluster) => tiles[((cluster % tileCount) + tileCount) % tileCount] ?? '',
  };
}

/** Text for a tooltip, which is HTML: nothing in a name may become markup. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
