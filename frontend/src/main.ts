import { flushSync, mount, type Component } from 'svelte';
import './report.css';
import Beliefs from './charts/Beliefs.svelte';
import Benchmarks from './charts/Benchmarks.svelte';
import Dots from './charts/Dots.svelte';
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

function drawAll(charts: Charts): void {
  for (const target of document.querySelectorAll<HTMLElement>('.chart')) {
    const name = (target.dataset['chart'] ?? '') as keyof Charts;
    const data = charts[name];
    const [simple, timed] = [SIMPLE[name], OVER_TIME[name]];
    if (!data) continue;
    if (simple) draw(simple, target, { data });
    if (timed) draw(timed, target, { data, time: charts.time });
    if (name === 'held') draw(Held, target, { data, mark: charts.two?.mark ?? 'none' });
    if (name === 'texts') draw(Text, target, { data: charts.texts?.[Number(target.dataset['at'])] });
    if (name === 'story') {
      const at = Number(target.dataset['at']);
      draw(Story, target, { data: charts.story?.[at], time: charts.time, at });
    }
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
drawAll(charts);
fold();
layout.follow(() => flushSync());
offerTheme(document.getElementById('switch'));
flushSync();
void drawLevers(charts);
