import { flushSync, mount, type Component } from 'svelte';
import './report.css';
import Beliefs from './charts/Beliefs.svelte';
import Bars from './charts/Bars.svelte';
import Benchmarks from './charts/Benchmarks.svelte';
import Curve from './charts/Curve.svelte';
import Dots from './charts/Dots.svelte';
import Heat from './charts/Heat.svelte';
import Held from './charts/Held.svelte';
import Levers from './charts/Levers.svelte';
import Icons from './charts/Icons.svelte';
import Reached from './charts/Reached.svelte';
import Room from './charts/Room.svelte';
import States from './charts/States.svelte';
import Story from './charts/Story.svelte';
import Text from './charts/Text.svelte';
import Tolls from './charts/Tolls.svelte';
import Tornado from './charts/Tornado.svelte';
import Two from './charts/Two.svelte';
import { isSetting, surfacesOf } from './lib/grid';
import { layout } from './lib/layout.svelte';
import { canUnpack } from './lib/packed';
import type { Charts } from './lib/types';
import { offerTheme } from './lib/theme';

function draw(component: Component<any>, target: Element, props: Record<string, unknown>): void {
  mount(component, { target, props });
}

const SIMPLE: Record<string, Component<any>> = {
  icons: Icons,
  texts: Text,
  heat: Heat,
  curve: Curve,
  bars: Bars,
  tornado: Tornado,
  two: Two,
  tolls: Tolls,
  benchmarks: Benchmarks,
};
const OVER_TIME: Record<string, Component<any>> = {
  states: States,
  reached: Reached,
  dots: Dots,
  room: Room,
  beliefs: Beliefs,
};

const charts = JSON.parse(document.getElementById('charts')?.textContent ?? '{}') as Charts;

/** The data of the scenario that a place of the page belongs to. */
function chartsAt(place: Element): Charts {
  const report = place.closest<HTMLElement>('[data-report]')?.dataset['report'];
  return charts.several?.[Number(report)] ?? charts;
}

/** Draw the charts of a part of the page that are not drawn yet. */
function drawIn(part: ParentNode): void {
  for (const target of part.querySelectorAll<HTMLElement>('.chart:empty')) {
    const name = (target.dataset['chart'] ?? '') as keyof Charts;
    const at = target.dataset['at'];
    const own = chartsAt(target);
    const found = own[name];
    const data = at === undefined ? found : (found as unknown[] | undefined)?.[Number(at)];
    if (!data) continue;
    if (SIMPLE[name]) draw(SIMPLE[name], target, { data });
    if (OVER_TIME[name]) draw(OVER_TIME[name], target, { data, time: own.time });
    if (name === 'held') draw(Held, target, { data, mark: own.two?.mark ?? 'none' });
    if (name === 'story') draw(Story, target, { data, time: own.time });
  }
}

/** Draw sliders and switches; a browser that cannot unpack their numbers keeps the table of the corners. */
async function drawLevers(): Promise<void> {
  const target = document.querySelector('[data-levers]');
  if (!target || !charts.levers || !canUnpack) return;
  draw(Levers, target, { data: charts.levers, surfaces: await surfacesOf(charts.levers), time: charts.time });
  if (isSetting(location.hash)) target.scrollIntoView();
}

/** Close what stands open for those without scripts; paper gets the lists, not the numbers behind the charts. */
function fold(): void {
  const opened = new Set<HTMLDetailsElement>();
  for (const details of document.querySelectorAll<HTMLDetailsElement>('details.numbers')) details.open = false;
  addEventListener('beforeprint', () => {
    for (const details of document.querySelectorAll<HTMLDetailsElement>('details.list')) {
      if (!details.open) opened.add(details);
      details.open = true;
    }
  });
  addEventListener('afterprint', () => {
    for (const details of opened) details.open = false;
    opened.clear();
  });
}

/** Do something once what stands on the page by now is painted. */
function afterPaint(then: () => void): void {
  requestAnimationFrame(() => setTimeout(then));
}

/** Draw the answer, which is what is painted by then, and the rest once that is painted too. */
function drawFirst(): void {
  drawIn(document.querySelector('main > :first-child') ?? document);
  afterPaint(drawWhole);
}

const isFirst = document.documentElement.classList.contains('first');
let isWhole = false;

/** Draw what is not drawn yet, and show what the answer was shown before. */
function drawWhole(): void {
  if (isWhole) return;
  isWhole = true;
  document.documentElement.classList.remove('first');
  drawIn(document);
  flushSync();
  if (isFirst && location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  void drawLevers();
}

addEventListener('beforeprint', drawWhole);
fold();
layout.follow(() => flushSync());
offerTheme(document.getElementById('switch'));
if (isFirst) afterPaint(drawFirst);
else drawWhole();
