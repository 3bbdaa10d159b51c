// What every drawing of flows has in common: left the clusters before (ids begin with a), right those after (b).
// Holds no data and no words.
import type { EChartsCoreOption } from 'echarts/core';
import type { Palette } from './palette';

export interface Flows {
  /** Ids of both sides. */
  ids: string[];
  /** What stands beside an id, and its colour. */
  said: (id: string) => string;
  color: (id: string) => string;
  /** From id to id; further keys are handed on to the chart. */
  links: ({ source: string; target: string; value: number } & Record<string, unknown>)[];
  /** What the pointer tells; source and target where absent. */
  formatter?: unknown;
}

export function sankey(p: Palette, { ids, said, color, links, formatter }: Flows): EChartsCoreOption {
  // On a phone the names of both sides have half the width each.
  const room = window.matchMedia('(max-width: 640px)').matches ? 130 : 340;
  return {
    tooltip: {
      trigger: 'item',
      backgroundColor: p.raised,
      borderColor: p.grout,
      textStyle: { color: p.ink, fontSize: 12 },
      confine: true,
      ...(formatter === undefined ? {} : { formatter }),
    },
    series: [{
      type: 'sankey',
      left: 4,
      right: 4,
      top: 8,
      bottom: 8,
      nodeWidth: 14,
      draggable: false,
      emphasis: { focus: 'adjacency' },
      data: ids.map((id) => ({
        name: id,
        itemStyle: { color: color(id) },
        label: { formatter: said(id), width: room, overflow: 'truncate', position: id.startsWith('a') ? 'right' : 'left', color: p.ink },
      })),
      links,
      lineStyle: { color: 'source', opacity: 0.3 },
    }],
  };
}
