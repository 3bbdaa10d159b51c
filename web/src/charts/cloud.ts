// Drawing thousands of points with axes and names on a canvas, in a few milliseconds. Holds no page, no element and no
// selection.
import { fixed } from '../format/words';
import { across, ticks, up, type Plane } from './plane';
import type { Palette } from './palette';

export type Shape = 'circle' | 'square' | 'diamond';
export interface Dot {
  x: number;
  y: number;
  /** The number of its group. */
  group: number;
  shape?: Shape;
}
export interface Look {
  color: string;
  opacity: number;
}
/** A centre, with its name beside it where the name found a place. */
export interface Named {
  x: number;
  y: number;
  color: string;
  faint: boolean;
  lines: string[];
  at?: [number, number];
  width: number;
  height: number;
}
export interface Axes {
  x: string;
  y: string;
}

export const nameSize = 11;
const lineHeight = nameSize * 1.25;

/** A text cut to a width, with an ellipsis. */
function cut(ctx: CanvasRenderingContext2D, text: string, width: number): string {
  if (ctx.measureText(text).width <= width) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (ctx.measureText(`${text.slice(0, middle)}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return `${text.slice(0, low)}…`;
}

const marks = (edges: [number, number], pixels: number, each: number) => {
  const { step, at } = ticks(edges, Math.max(3, Math.floor(pixels / each)));
  const places = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return at.map((value) => ({ value, text: fixed(value === 0 ? 0 : value, places) }));
};

/** The plane of a drawing: what the axes' words leave of its width and height. */
export function planeOf(ctx: CanvasRenderingContext2D, p: Palette, width: number, height: number, x: [number, number], y: [number, number]): Plane {
  ctx.font = `${nameSize}px ${p.font}`;
  const widest = Math.max(0, ...marks(y, height - 60, 60).map((m) => ctx.measureText(m.text).width));
  return { left: Math.ceil(widest) + 28, top: 12, right: width - 14, bottom: height - 42, x, y };
}

export function drawAxes(ctx: CanvasRenderingContext2D, p: Palette, plane: Plane, axes: Axes): void {
  ctx.font = `${nameSize}px ${p.font}`;
  ctx.strokeStyle = p.grout;
  ctx.lineWidth = 1;
  ctx.fillStyle = p.ink3;
  ctx.beginPath();
  ctx.textBaseline = 'top';
  ctx.textAlign = 'center';
  for (const { value, text } of marks(plane.x, plane.right - plane.left, 90)) {
    const at = Math.round(across(plane, value)) + 0.5;
    ctx.moveTo(at, plane.top);
    ctx.lineTo(at, plane.bottom);
    ctx.fillText(text, at, plane.bottom + 6);
  }
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'right';
  for (const { value, text } of marks(plane.y, plane.bottom - plane.top, 60)) {
    const at = Math.round(up(plane, value)) + 0.5;
    ctx.moveTo(plane.left, at);
    ctx.lineTo(plane.right, at);
    ctx.fillText(text, plane.left - 6, at);
  }
  ctx.stroke();
  ctx.textAlign = 'center';
  ctx.textBaseline = 'bottom';
  ctx.fillText(cut(ctx, axes.x, plane.right - plane.left), (plane.left + plane.right) / 2, plane.bottom + 40);
  ctx.save();
  ctx.translate(12, (plane.top + plane.bottom) / 2);
  ctx.rotate(-Math.PI / 2);
  ctx.textBaseline = 'middle';
  ctx.fillText(cut(ctx, axes.y, plane.bottom - plane.top), 0, 0);
  ctx.restore();
}

/** The outline of a shape of so many pixels across. */
export function outline(ctx: CanvasRenderingContext2D, shape: Shape, x: number, y: number, size: number): void {
  const half = size / 2;
  ctx.beginPath();
  if (shape === 'circle') ctx.arc(x, y, half, 0, 2 * Math.PI);
  else if (shape === 'square') ctx.rect(x - half, y - half, size, size);
  else {
    ctx.moveTo(x, y - half * 1.35);
    ctx.lineTo(x + half * 1.35, y);
    ctx.lineTo(x, y + half * 1.35);
    ctx.lineTo(x - half * 1.35, y);
    ctx.closePath();
  }
}

/** The pixels that a shape covers about its middle, and how much of each, 0..1. */
function maskOf(shape: Shape, size: number): { x: Int32Array; y: Int32Array; cover: Float64Array } {
  const reach = (size / 2) * (shape === 'diamond' ? 1.35 : 1);
  const half = Math.ceil(reach);
  const within = (x: number, y: number) => (shape === 'circle' ? x * x + y * y <= reach * reach : shape === 'square' ? Math.max(Math.abs(x), Math.abs(y)) <= reach : Math.abs(x) + Math.abs(y) <= reach);
  const parts = 4;
  const found: [number, number, number][] = [];
  for (let y = -half; y <= half; y++) {
    for (let x = -half; x <= half; x++) {
      let inside = 0;
      for (let part = 0; part < parts * parts; part++) {
        if (within(x - 0.5 + ((part % parts) + 0.5) / parts, y - 0.5 + (Math.floor(part / parts) + 0.5) / parts)) inside++;
      }
      if (inside > 0) found.push([x, y, inside / (parts * parts)]);
    }
  }
  return { x: Int32Array.from(found, (f) => f[0]), y: Int32Array.from(found, (f) => f[1]), cover: Float64Array.from(found, (f) => f[2]) };
}

/** A colour as the canvas writes it, in parts of 0..255. */
function channels(ctx: CanvasRenderingContext2D, color: string): [number, number, number] {
  ctx.fillStyle = color;
  const written = String(ctx.fillStyle);
  return [1, 3, 5].map((at) => Number.parseInt(written.slice(at, at + 2), 16)) as [number, number, number];
}

/** All points, those of faint groups beneath the others, blended here pixel by pixel: ten times as fast as thousands of calls. */
export function drawDots(ctx: CanvasRenderingContext2D, dots: Dot[], xs: Float64Array, ys: Float64Array, size: number, looks: Map<number, Look>, ratio: number): void {
  const { width, height } = ctx.canvas;
  const layer = document.createElement('canvas');
  Object.assign(layer, { width, height });
  const onLayer = layer.getContext('2d');
  if (!onLayer || width === 0 || height === 0) return;
  const image = onLayer.createImageData(width, height);
  const pixels = image.data;
  const masks: Record<Shape, ReturnType<typeof maskOf>> = {
    circle: maskOf('circle', size * ratio),
    square: maskOf('square', Math.max(size, 8) * ratio),
    diamond: maskOf('diamond', Math.max(size, 8) * ratio),
  };
  const faintFirst = [...looks].sort((a, b) => a[1].opacity - b[1].opacity);
  for (const [group, { color, opacity }] of faintFirst) {
    const [red, green, blue] = channels(ctx, color);
    for (let at = 0; at < dots.length; at++) {
      const dot = dots[at] as Dot;
      if (dot.group !== group) continue;
      const mask = masks[dot.shape ?? 'circle'];
      const middleX = Math.round((xs[at] as number) * ratio);
      const middleY = Math.round((ys[at] as number) * ratio);
      for (let one = 0; one < mask.cover.length; one++) {
        const x = middleX + (mask.x[one] as number);
        const y = middleY + (mask.y[one] as number);
        if (x < 0 || y < 0 || x >= width || y >= height) continue;
        // Over what is there, neither of them premultiplied (Porter and Duff 1984).
        const strength = opacity * (mask.cover[one] as number);
        const place = 4 * (y * width + x);
        const below = ((pixels[place + 3] as number) / 255) * (1 - strength);
        const both = strength + below;
        pixels[place] = (red * strength + (pixels[place] as number) * below) / both;
        pixels[place + 1] = (green * strength + (pixels[place + 1] as number) * below) / both;
        pixels[place + 2] = (blue * strength + (pixels[place + 2] as number) * below) / both;
        pixels[place + 3] = 255 * both;
      }
    }
  }
  onLayer.putImageData(image, 0, 0);
  ctx.drawImage(layer, 0, 0, width / ratio, height / ratio);
}

/** Centres with their names, and a line from each to the name. */
export function drawNames(ctx: CanvasRenderingContext2D, p: Palette, plane: Plane, all: Named[]): void {
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.font = `600 ${nameSize}px ${p.font}`;
  for (const one of all) {
    const [x, y] = [across(plane, one.x), up(plane, one.y)];
    ctx.globalAlpha = one.faint ? 0.4 : 1;
    if (one.at && !one.faint) {
      ctx.strokeStyle = one.color;
      ctx.lineWidth = 1.5;
      ctx.beginPath();
      ctx.moveTo(x, y);
      ctx.lineTo(...one.at);
      ctx.stroke();
    }
    outline(ctx, 'square', x, y, one.faint ? 7 : 11);
    ctx.fillStyle = one.color;
    ctx.fill();
    ctx.strokeStyle = p.surface;
    ctx.lineWidth = 2;
    ctx.stroke();
  }
  ctx.globalAlpha = 1;
  for (const one of all) {
    if (!one.at || one.faint) continue;
    const [x, y] = one.at;
    ctx.beginPath();
    ctx.roundRect(x - one.width / 2, y - one.height / 2, one.width, one.height, 3);
    ctx.fillStyle = p.surface;
    ctx.fill();
    ctx.strokeStyle = one.color;
    ctx.lineWidth = 1;
    ctx.stroke();
    ctx.fillStyle = p.ink;
    one.lines.forEach((line, i) => ctx.fillText(line, x, y + (i - (one.lines.length - 1) / 2) * lineHeight));
  }
}
