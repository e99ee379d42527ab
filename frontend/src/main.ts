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

function drawAll(charts: Charts, within: ParentNode): void {
  for (const target of within.querySelectorAll<HTMLElement>('.chart')) {
    const name = (target.dataset['chart'] ?? '') as keyof Charts;
    const at = target.dataset['at'];
    const found = charts[name];
    const data = at === undefined ? found : (found as unknown[] | undefined)?.[Number(at)];
    if (!data) continue;
    if (SIMPLE[name]) draw(SIMPLE[name], target, { data });
    if (OVER_TIME[name]) draw(OVER_TIME[name], target, { data, time: charts.time });
    if (name === 'held') draw(Held, target, { data, mark: charts.two?.mark ?? 'none' });
    if (name === 'story') draw(Story, target, { data, time: charts.time });
  }
}

/** Draw sliders and switches; a browser that cannot unpack their numbers keeps the table of the corners. */
async function drawLevers(charts: Charts): Promise<void> {
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

const charts = JSON.parse(document.getElementById('charts')?.textContent ?? '{}') as Charts;
document.documentElement.classList.add('drawn');
const several = document.querySelectorAll('[data-report]');
if (several.length) several.forEach((within, at) => drawAll(charts.several?.[at] ?? charts, within));
else drawAll(charts, document);
fold();
layout.follow(() => flushSync());
offerTheme(document.getElementById('switch'));
flushSync();
void drawLevers(charts);
