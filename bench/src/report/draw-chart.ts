/**
 * A chart as SVG, drawn without a browser. https://echarts.apache.org/handbook/en/how-to/cross-platform/server/
 *
 * Colours are told apart also by those who do not see red and green (Okabe and Ito); the ground is white, so that it can
 * be read on a dark page too.
 */
import { init, type EChartsCoreOption, use } from 'echarts/core';
import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components';
import { SVGRenderer } from 'echarts/renderers';
import type { Axis, Chart, Series } from './bench-result.js';

use([BarChart, LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

const [WIDTH, HEIGHT] = [860, 420];
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#555555'];
/** What stands beside the bars, and between their labels. */
const [BESIDE, LABEL_ROOM] = [120, 8];

export function drawChart(chart: Chart): string {
  const drawing = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  try {
    drawing.setOption(optionOf(chart));
    return `${drawing.renderToSVGString()}\n`;
  } finally {
    drawing.dispose();
  }
}

function optionOf(chart: Chart): EChartsCoreOption {
  return {
    animation: false,
    backgroundColor: '#ffffff',
    color: COLOURS,
    title: { text: chart.title, left: 16, top: 12, textStyle: { fontSize: 15 } },
    legend: { show: chart.series.length > 1, left: 16, top: 40 },
    grid: { left: 24, right: 32, top: chart.series.length > 1 ? 88 : 72, bottom: 40, outerBoundsMode: 'same' },
    xAxis: chart.kind === 'bar' ? categories(chart) : values(chart.x, 'middle'),
    yAxis: { ...values(chart.y, 'end'), ...(chart.kind === 'bar' && chart.y.isLog && { startValue: below(chart) }) },
    series: chart.series.map((series) => drawn(chart, series)),
  };
}

function categories({ categories, x }: Chart): object {
  const axisLabel = { interval: 0, width: (WIDTH - BESIDE) / categories.length - LABEL_ROOM, overflow: 'break' };
  return { type: 'category', data: categories, name: x.label, nameLocation: 'middle', nameGap: 44, axisLabel };
}

function values({ label, isLog }: Axis, nameLocation: 'middle' | 'end'): object {
  const nameTextStyle = nameLocation === 'end' ? { align: 'left' } : {};
  return {
    type: isLog ? 'log' : 'value',
    name: label,
    nameLocation,
    nameGap: nameLocation === 'end' ? 12 : 30,
    nameTextStyle,
  };
}

function drawn({ kind }: Chart, { name, points }: Series): object {
  if (kind === 'line') return { type: 'line', name, data: points, symbolSize: 7, lineStyle: { width: 2.5 } };
  const label = { show: true, position: 'top', formatter: ({ value }: { value: number }) => shown(value) };
  return { type: 'bar', name, data: points, barMaxWidth: 64, label };
}

/** On a logarithmic axis bars have to begin somewhere: at 1, or at the power of ten below the smallest. */
function below({ series }: Chart): number {
  const values = series.flatMap(({ points }) => points.map((point) => (typeof point === 'number' ? point : point[1])));
  return 10 ** Math.floor(Math.log10(Math.min(1, ...values.filter((value) => value > 0))));
}

const shown = (value: number): string => value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
