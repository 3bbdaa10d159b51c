// Handing a file that is in memory to the browser's downloads, and reading the name a server gave it.
// Holds no fetching and no content.

/** The file name of a Content-Disposition header, without any folder. */
export function nameIn(disposition: string | null, fallback: string): string {
  const name = /filename="([^"]+)"/.exec(disposition ?? '')?.[1]?.split(/[\\/]/).pop();
  return name ? name : fallback;
}

export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser takes the file after this call; an address withdrawn at once fails in some.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
