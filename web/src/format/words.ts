// Numbers, money, dates as words for the eye. Holds no arithmetic of retail.

const locale = 'en-GB';
const empty = '–';

const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
const tenths = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
const finer = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 });
const moneyCache = new Map<string, Intl.NumberFormat>();

type Maybe<T> = T | null | undefined;

export function count(value: Maybe<number>): string {
  return value === null || value === undefined || !Number.isFinite(value) ? empty : whole.format(value);
}

export function number(value: Maybe<number>): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return empty;
  const size = Math.abs(value);
  if (size >= 100) return whole.format(value);
  if (size >= 10) return tenths.format(value);
  return size >= 1 || size === 0 ? fine.format(value) : finer.format(value);
}

const fixedCache = new Map<number, Intl.NumberFormat>();

/** A figure with a fixed number of places, so that a column lines up. */
export function fixed(value: Maybe<number>, places = 2): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return empty;
  let format = fixedCache.get(places);
  if (!format) {
    format = new Intl.NumberFormat(locale, { minimumFractionDigits: places, maximumFractionDigits: places });
    fixedCache.set(places, format);
  }
  return format.format(value);
}

/** A change with its sign. It is rounded before, so that what rounds to nothing is ±0 and never +0.0 or −0.0. */
export function signed(value: number, places = 0): string {
  const rounded = Math.round(value * 10 ** places) / 10 ** places;
  return (rounded > 0 ? '+' : rounded < 0 ? '−' : '±') + fixed(Math.abs(rounded), places);
}

/** A percent sign as it stands everywhere: after a narrow space that does not break. */
const percentSign = '\u202f%';

/** 0..1 as a percentage with one digit; none and all have none. */
export function percent(value: Maybe<number>, digits?: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return empty;
  const p = value * 100;
  if (digits !== undefined) return fixed(p, digits) + percentSign;
  if (p === 0 || p === 100) return fixed(p, 0) + percentSign;
  // What is not nothing is never written as nothing, and what is not all never as all.
  if (p > 0 && p < 0.005) return `<0.01${percentSign}`;
  if (p >= 99.995 && p < 100) return `>99.99${percentSign}`;
  return fixed(p, Math.abs(p) < 0.05 || (p >= 99.95 && p < 100) ? 2 : 1) + percentSign;
}

/** A decimal string or number with its currency; whole units above a thousand unless exact. */
export function money(value: Maybe<string | number>, currency: Maybe<string>, exact = false): string {
  if (value === null || value === undefined || value === '') return empty;
  const n = Number(value);
  if (!Number.isFinite(n)) return String(value);
  const places = exact ? exactPlaces(value) : Math.abs(n) >= 1000 ? 0 : 2;
  const key = `${currency ?? ''}/${places}`;
  let format = moneyCache.get(key);
  if (!format) {
    const digits = { minimumFractionDigits: Math.min(places, 2), maximumFractionDigits: places };
    try {
      format = currency
        ? new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay: 'narrowSymbol', ...digits })
        : new Intl.NumberFormat(locale, digits);
    } catch {
      format = new Intl.NumberFormat(locale, digits);
    }
    moneyCache.set(key, format);
  }
  return format.format(n);
}

/** Unit prices of .001 exist: as many places as the value truly has, at least two. */
function exactPlaces(value: string | number): number {
  const fraction = /\.(\d+)$/.exec(String(value))?.[1]?.replace(/0+$/, '') ?? '';
  return Math.min(4, Math.max(2, fraction.length));
}

const dateFormat = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const timeFormat = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });
const monthFormat = new Intl.DateTimeFormat(locale, { month: 'short', year: 'numeric', timeZone: 'UTC' });

function through(format: Intl.DateTimeFormat, value: Maybe<string>): string {
  if (!value) return empty;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? value : format.format(date);
}

export const day = (value: Maybe<string>): string => through(dateFormat, value);
/** Date and time in UTC. */
export const moment = (value: Maybe<string>): string => through(timeFormat, value);
export const month = (value: Maybe<string>): string => through(monthFormat, value && /^\d{4}-\d\d$/.test(value) ? `${value}-01` : value);

export function duration(seconds: Maybe<number>): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return empty;
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 90) return `${fine.format(Math.round(seconds * 10) / 10)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 90 ? `${minutes} min ${Math.round(seconds % 60)} s` : `${fine.format(seconds / 3600)} h`;
}

export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let n = value;
  let unit = 0;
  while (n >= 1000 && unit < units.length - 1) {
    n /= 1000;
    unit++;
  }
  return `${unit === 0 ? n : finer.format(n)} ${units[unit]}`;
}

const plainNumber = /^-?\d+(\.\d+)?$/;

/** A value with a unit as the server names it: a currency code, money, share, days, a word, or none. */
export function quantity(value: Maybe<string | number>, unitName: Maybe<string>, exact = false, currency?: string): string {
  const unit = unitName === 'money' ? (currency ?? null) : unitName;
  if (value === null || value === undefined || value === '') return empty;
  if (typeof value === 'string' && !plainNumber.test(value)) return /^\d{4}-\d\d-\d\dT/.test(value) ? day(value) : prose(value);
  const n = Number(value);
  if (unit && /^[A-Z]{3}$/.test(unit)) return money(value, unit, exact);
  if (unit === 'share') return percent(n);
  if (unit === 'lean') return fixed(n, 2);
  if (unit === '%') return number(n) + percentSign;
  // A unit is named in the plural; one of it is one.
  const named = n === 1 && unit ? unit.replace(/(?<=[a-z])s$/, '') : unit;
  return named && named !== 'count' ? `${number(n)} ${named}` : number(n);
}

const counted = /^ (?:customers|people|receipts|purchases|returned|lines|rows|products|units|stores|segments|entries|days|read|loaded|held|duplicates?|quarantined)\b/;

/** A sentence that the server wrote, its figures set as the page sets its own: thousands apart, a narrow space before
 *  the percent sign, a nought before a bare point. What may be a year, a number of a receipt, or part of a name that a
 *  person gave stays as it is: only what has a part after the point, or is followed by what it counts, is a figure. */
export function prose(text: string): string {
  return text
    .replace(/(?<![\w.,])\.(?=\d)/g, '0.')
    .replace(/(?<![\w.,:/#_]|\d-)(\d{4,})(\.\d+)?(?![\w:/_]|[.,-]\d)/g, (all: string, units: string, part: string | undefined, at: number) =>
      part !== undefined || counted.test(text.slice(at + all.length)) ? grouped(units) + (part ?? '') : all,
    )
    .replace(/(\d)[ \u00a0\u202f]?%(?!\w)/g, `$1${percentSign}`);
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

/** The start and end of a long machine-made id; the whole belongs into a title. */
export function shortId(id: string): string {
  return id.length > 20 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id;
}

/** An author as people read it: a bare account is shortened. */
export function author(name: string): string {
  const account = /^(person|key):(.+)$/.exec(name);
  return account ? `${account[1]} ${shortId(account[2] ?? '')}` : name;
}

/** At the start of a line. */
export function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** In the middle of a sentence. */
export function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}
