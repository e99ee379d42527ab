const DAY = 86_400_000;
const SHORT_DAYS = 550;
const LONG_DAYS = 2922;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export interface Tick {
  x: number;
  isYear: boolean;
}

export interface Span {
  x0: number;
  x1: number;
  year: number;
  words: string;
}

export interface Axis {
  x: (date: string) => number;
  ticks: Tick[];
  spans: Span[];
  years: Span[];
}

/** Return an axis of time between two places: ticks, and what stands under which stretch of it. */
export function axisOf(start: string, end: string, from: number, to: number): Axis {
  const first = new Date(start);
  const last = new Date(end);
  const scale = (date: Date) => from + ((date.getTime() - first.getTime()) / (last.getTime() - first.getTime())) * (to - from);
  const days = (last.getTime() - first.getTime()) / DAY;
  const step = days < SHORT_DAYS ? 1 : days > LONG_DAYS ? 12 : 3;
  const ticks: Tick[] = [];
  for (const date of months(first, last, step)) {
    if (date >= first) ticks.push({ x: scale(date), isYear: date.getUTCMonth() === 0 });
  }
  const years = stretches(first, last, 12, (date) => `${date.getUTCFullYear()}`).map(place);
  const spans = step === 1 ? stretches(first, last, 3, quarter).map(place) : years;
  return { x: (date) => scale(new Date(date)), ticks, spans: thinned(spans), years };

  function place({ a, b, words }: { a: Date; b: Date; words: string }): Span {
    return { x0: scale(a), x1: scale(b), year: a.getUTCFullYear(), words };
  }
}

function quarter(date: Date): string {
  const month = date.getUTCMonth();
  return `${MONTHS[month]}–${MONTHS[month + 2]} ${date.getUTCFullYear()}`;
}

/** Return the first of a month every so many months, from before the start to the end. */
function months(first: Date, last: Date, step: number): Date[] {
  const found: Date[] = [];
  const month = first.getUTCMonth() - (first.getUTCMonth() % step);
  for (let at = 0; ; at += step) {
    const date = new Date(Date.UTC(first.getUTCFullYear(), month + at, 1));
    if (date > last) return found;
    found.push(date);
  }
}

function stretches(first: Date, last: Date, step: number, words: (date: Date) => string) {
  const starts = months(first, last, step);
  return starts.map((date, at) => ({
    a: date < first ? first : date,
    b: starts[at + 1] ?? last,
    words: words(date),
  }));
}

const LETTER = 7.5;

/** Leave out words that are wider than their stretch, and every other of those that would touch. */
function thinned(spans: Span[]): Span[] {
  let free = -Infinity;
  return spans.filter(({ x0, x1, words }) => {
    const half = (words.length * LETTER) / 2;
    const middle = (x0 + x1) / 2;
    if (x1 - x0 < half || middle - half < free) return false;
    free = middle + half + 6;
    return true;
  });
}
