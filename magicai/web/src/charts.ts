/** Charts, in a file of their own: loaded once one is looked at. */
import { BarChart, BoxplotChart, LineChart, ScatterChart } from "echarts/charts";
import { DataZoomComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, BoxplotChart, LineChart, ScatterChart]);
use([DataZoomComponent, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

export interface Drawing {
  show(option: object): void;
  resize(): void;
  end(): void;
}

function colours(place: HTMLElement) {
  const probe = document.createElement("span");
  place.append(probe);
  const of = (name: string): string => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const found = { ink: of("--quiet"), line: of("--line"), accent: of("--accent"), fill: of("--accent-soft") };
  const more = ["--good", "--warn", "--bad", "--quiet"].map(of);
  probe.remove();
  return { ...found, series: [found.accent, ...more] };
}

/** Draw into a place, in its colours. */
export function draw(place: HTMLElement): Drawing {
  const chart = init(place, undefined, { renderer: "canvas" });
  return {
    show(option) {
      const { ink, line, accent, fill, series } = colours(place);
      const axis = {
        axisLine: { lineStyle: { color: line } },
        axisLabel: { color: ink },
        splitLine: { lineStyle: { color: line } },
      };
      chart.setOption(
        { color: series, textStyle: { color: ink, fontFamily: "inherit" }, animation: false },
        { notMerge: true },
      );
      chart.setOption(option as Parameters<typeof chart.setOption>[0]);
      chart.setOption({ xAxis: axis, yAxis: axis });
      if ((option as { legend?: object }).legend) chart.setOption({ legend: { textStyle: { color: ink } } });
      const kinds = (option as { series: { type: string }[] }).series;
      chart.setOption({
        series: kinds.map(({ type }) =>
          type === "boxplot" ? { itemStyle: { color: fill, borderColor: accent } } : {},
        ),
      });
    },
    resize: () => chart.resize(),
    end: () => chart.dispose(),
  };
}
