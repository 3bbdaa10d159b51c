// Which figure is being explained now. Holds no display.
export interface Explanation {
  title: string;
  text: string;
  extra?: string;
}

class Explainer {
  now = $state.raw<Explanation | undefined>(undefined);
  anchor = $state.raw<HTMLElement | undefined>(undefined);

  open(anchor: HTMLElement, explanation: Explanation): void {
    this.now = explanation;
    this.anchor = anchor;
  }
  close(): void {
    this.now = undefined;
    this.anchor = undefined;
  }
}

export const explainer = new Explainer();
