/** What stands for an outcome or a state: a shape of its own, with colour beside it. */
export type Mark = 'deal' | 'ceasefire' | 'none' | 'faded' | 'won' | 'won-other';

export interface TimeData {
  start: string;
  end: string;
  marks: { date: string; label: string }[];
}

export interface IconsData {
  groups: { mark: Mark; count: number; words: string }[];
  large: number;
  other: string;
}

export interface StatesData {
  dates: string[];
  series: { mark: Mark; words: string; values: number[]; last: string }[];
}

export interface Band {
  dates: string[];
  low: number[];
  high: number[];
}

export interface ReachedData {
  dates: string[];
  lines: {
    mark: Mark;
    hollow: boolean;
    number: string;
    words: string;
    sub: string;
    values: number[];
    band: Band | null;
  }[];
}

export interface DotsData {
  dots: (string | null)[];
  mark: Mark;
  never: string;
}

export interface RoomData {
  dates: string[];
  standing: [number, number, number][];
  ignored: number[] | null;
  labels: { standing: string; ignored: string };
}

export interface BeliefsData {
  dates: string[];
  lines: { role: string; words: string; number: string; values: number[] }[];
}

export interface Change {
  value: number | null;
  low: number | null;
  high: number | null;
  text: string;
}

export interface TornadoData {
  heads?: [string, string];
  switches: ({ title: string } & Change)[];
  inputs: { title: string; low: Change; high: Change; range: string }[];
}

export interface TwoData {
  value: number;
  luck: [number, number];
  inputs: [number, number] | null;
  mark: Mark;
  words: { luck: string; inputs: string };
}

export interface StoryData {
  head: string;
  rare: string;
  front: [string, number][];
  states: { date: string; mark: Mark; words: string }[];
  events: { date: string; words: string; mark: Mark | 'breach' | ''; loud: boolean }[];
}

export interface TextData {
  rows: {
    name: string;
    verdict: string;
    reason: string;
    refuses: boolean;
    no_deal: number;
    value: number;
    settles_for: number;
    asks: number;
    range: [number, number];
  }[];
}

export interface HeatData {
  columns: string[];
  rows: string[];
  across: string;
  up: string;
  cells: { column: number; row: number; step: number; text: string; interval: string }[];
}

export interface CurveData {
  slot: 'full' | 'five' | 'third';
  square?: boolean;
  line: boolean;
  across: string;
  x: [number, number];
  y: [number, number];
  ticks: { at: number; text: string }[];
  levels: { at: number; text: string }[];
  points: { x: number; y: number; low: number | null; high: number | null; r?: number }[];
}

export interface BarsData {
  thousandths?: boolean;
  rows: { title: string; bars: { value: number; low: number | null; high: number | null; text: string; outlined: boolean }[] }[];
}

export interface HeldRow {
  words: string;
  number: string;
  few: string;
  p: number | null;
  low: number | null;
  high: number | null;
}

export interface TollRow {
  words: string;
  unit: string;
  p05: number;
  p50: number;
  p95: number;
  texts: [string, string, string];
}

export interface BenchmarkRow {
  words: string;
  mark: Mark;
  p: number;
  number: string;
  range: [number, number] | null;
  published: number[];
}

export interface Charts {
  several?: Charts[];
  time: TimeData;
  icons?: IconsData;
  states?: StatesData;
  reached?: ReachedData;
  dots?: DotsData;
  room?: RoomData;
  beliefs?: BeliefsData;
  texts?: TextData[];
  heat?: HeatData[];
  curve?: CurveData[];
  bars?: BarsData[];
  tornado?: TornadoData;
  two?: TwoData;
  story?: StoryData[];
  held?: HeldRow[];
  tolls?: TollRow[];
  benchmarks?: BenchmarkRow[];
  levers?: LeversData;
}

export interface LeversData {
  mark: Mark;
  words: string;
  trials: number;
  dates: string[];
  off: number;
  states: { mark: Mark; words: string }[];
  levers: Lever[];
  switches: Switch[];
  surfaces: { switch: number; levers: number[]; levels: number[][] }[];
  packed: string;
}

export interface Lever {
  id: string;
  title: string;
  days: boolean;
  low: number;
  high: number;
  written: number | null;
  ends: [string, string];
  as_written: string;
  why: string;
}

/** A variant: `held` by the place of a lever where that stands, `off` the levers of which it has no curve. */
export interface Switch {
  id: string;
  title: string;
  number: string;
  change: string;
  held: Record<number, { value: number | null; words: string }>;
  off: number[];
}
