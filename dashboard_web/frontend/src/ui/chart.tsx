/** Bars over time. */

import { useEffect, useReducer, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Point } from "../data/time-axis";

interface Props {
  points: readonly Point[];
  label: string;
  format: (at: Date) => string;
  amount: (value: number) => string;
  /** Which point is pointed at; null: none. */
  onHover: (index: number | null) => void;
}

const HEIGHT = 260;

export function Chart(props: Props) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const theme = useTheme();
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const drawn = new uPlot(options(element.clientWidth, latest), data(latest.current.points), element);
    chart.current = drawn;
    const sized = new ResizeObserver(() => drawn.setSize({ width: element.clientWidth, height: HEIGHT }));
    sized.observe(element);
    return () => {
      sized.disconnect();
      drawn.destroy();
    };
  }, [theme]);
  useEffect(() => chart.current?.setData(data(props.points)));
  return <div class="chart" ref={place} role="img" aria-label={props.label} />;
}

function data(points: readonly Point[]): uPlot.AlignedData {
  return [points.map((point) => point.at), points.map((point) => point.total)];
}

function options(width: number, latest: { current: Props }): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const font = "12px system-ui, sans-serif";
  const axis = { stroke: colour("--faint"), font, ticks: { show: false }, border: { show: false } };
  return {
    width,
    height: HEIGHT,
    padding: [12, 28, 0, 0], // half a time, which stands below the last bar
    legend: { show: false },
    cursor: { points: { show: false }, drag: { x: false, y: false }, y: false },
    scales: {
      x: { time: true, range: (_, from, to) => widened(latest.current.points, from, to) },
      y: { range: (_, __, most) => [0, most > 0 ? most * 1.08 : 1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        values: (_, ticks) => ticks.map((at) => latest.current.format(new Date(at * 1000))),
        space: 72,
        size: 30,
      },
      {
        ...axis,
        grid: { stroke: colour("--line"), width: 1 },
        values: (_, ticks) => ticks.map(latest.current.amount),
        size: 56,
      },
    ],
    series: [
      {},
      {
        fill: colour("--purchases"),
        stroke: colour("--purchases"),
        width: 0,
        points: { show: false },
        paths: uPlot.paths.bars?.({ size: [0.72, 26], radius: 0.22 }) ?? (() => null),
      },
    ],
    hooks: { setCursor: [(drawn) => latest.current.onHover(drawn.cursor.idx ?? null)] },
  };
}

/** Half a step of room on both sides, so that the first and last bars are whole. */
function widened(points: readonly Point[], from: number, to: number): [number, number] {
  const step = points.length > 1 ? (points[1] as Point).at - (points[0] as Point).at : 60;
  return [from - step / 2, to + step / 2];
}

/** Something that changes when the page's colours do. */
function useTheme(): number {
  const [times, changed] = useReducer((before: number) => before + 1, 0);
  useEffect(() => {
    const tell = () => changed(0 as never);
    const system = matchMedia("(prefers-color-scheme: dark)");
    const chosen = new MutationObserver(tell);
    chosen.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    system.addEventListener("change", tell);
    return () => {
      chosen.disconnect();
      system.removeEventListener("change", tell);
    };
  }, []);
  return times;
}
