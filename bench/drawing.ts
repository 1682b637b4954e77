// Rows to SVG, with Vega: which reads well on white and on black.
import { parse, type Spec, View } from 'vega'
import type { Kind } from './contest.js'

interface Shade {
  readonly light: string
  readonly dark: string
}

const paper: Shade = { light: '#ffffff', dark: '#0d1117' }
const ink: Shade = { light: '#1f2328', dark: '#f0f6fc' }
const faint: Shade = { light: '#d1d9e0', dark: '#3d444d' }

const shades: Readonly<Record<Kind, Shade>> = {
  'bsd-sockets': { light: '#1a7f37', dark: '#3fb950' },
  Node: { light: '#0969da', dark: '#4493f8' },
  npm: { light: '#8250df', dark: '#ab7df8' },
  CPython: { light: '#9a6700', dark: '#d29922' },
  C: { light: '#cf222e', dark: '#f85149' },
}

const kinds = Object.keys(shades)
const colours = { type: 'ordinal', domain: kinds, range: Object.values(shades).map(({ light }) => light) } as const

// What is drawn is light; a picture in a page asks itself whether the reader's screen is dark.
function darkRules(): string {
  const rule = ({ light, dark }: Shade): string => `[fill="${light}"]{fill:${dark}}[stroke="${light}"]{stroke:${dark}}`
  return [paper, ink, faint, ...Object.values(shades)].map(rule).join('')
}

const letter = 6.2
const lineHeight = 19

/** Without a screen Vega can only guess how wide text is: the room for it is set here. */
function frame(title: readonly string[], labels: readonly string[], below: number): Partial<Spec> {
  const left = 16 + letter * Math.max(...labels.map(({ length }) => length))
  return {
    autosize: 'none',
    background: paper.light,
    padding: {
      left,
      right: 64,
      top: 28 + 16 * title.length,
      bottom: below,
    },
    width: 380,
    height: lineHeight * labels.length,
    config: {
      text: { font: 'sans-serif', fontSize: 11 },
      axis: { labelFont: 'sans-serif', labelFontSize: 11, labelColor: ink.light, gridColor: faint.light },
      legend: { labelFont: 'sans-serif', labelFontSize: 11, labelColor: ink.light },
    },
    title: {
      text: title[0] ?? '',
      subtitle: title.slice(1),
      font: 'sans-serif',
      subtitleFont: 'sans-serif',
      fontSize: 14,
      subtitleFontSize: 11,
      color: ink.light,
      subtitleColor: ink.light,
      anchor: 'start',
      frame: 'group',
      dx: 8 - left,
      offset: 12,
    },
  }
}

const labelsToTheLeft = {
  orient: 'left',
  scale: 'row',
  ticks: false,
  domain: false,
  labelPadding: 8,
  labelLimit: 0,
} as const

function legendOf(present: readonly string[]) {
  return {
    fill: 'colour',
    orient: 'none',
    legendX: 0,
    legendY: { signal: 'height + 26' },
    direction: 'horizontal',
    symbolType: 'circle',
    symbolStrokeWidth: 0,
    values: kinds.filter(kind => present.includes(kind)),
  } as const
}

export interface RatioRow {
  readonly label: string
  /** Of the rival. */
  readonly kind: Kind
  /** How many times as fast, of all rounds; and in the median how many times as fast by processor time. */
  readonly median: number
  readonly least: number
  readonly most: number
  readonly processor: number | null
  readonly bar: number | null
}

/** How many times as fast as rivals, on a scale from `domain[0]` to `domain[1]`. */
export function drawRatios(
  title: readonly string[],
  rows: readonly RatioRow[],
  domain: readonly [number, number],
  ticks: readonly number[],
): Promise<string> {
  const y = { scale: 'row', field: 'label', band: 0.5 } as const
  return toSvg({
    ...frame(
      title,
      rows.map(({ label }) => label),
      56,
    ),
    data: [{ name: 'rows', values: [...rows] }],
    scales: [
      { name: 'row', type: 'band', domain: rows.map(({ label }) => label), range: 'height' },
      { name: 'times', type: 'log', domain: [...domain], clamp: true, range: 'width' },
      { name: 'colour', ...colours },
    ],
    axes: [
      labelsToTheLeft,
      { orient: 'bottom', scale: 'times', grid: true, domain: false, ticks: false, values: [...ticks], format: '~g' },
    ],
    legends: [legendOf(rows.map(({ kind }) => kind))],
    marks: [
      {
        type: 'rule',
        encode: {
          update: {
            x: { scale: 'times', value: 1 },
            y: { value: 0 },
            y2: { signal: 'height' },
            stroke: { value: ink.light },
          },
        },
      },
      {
        type: 'rule',
        from: { data: 'rows' },
        encode: {
          update: {
            x: { scale: 'times', field: 'least' },
            x2: { scale: 'times', field: 'most' },
            y,
            stroke: { scale: 'colour', field: 'kind' },
            strokeWidth: { value: 2 },
            opacity: { value: 0.5 },
          },
        },
      },
      {
        type: 'rule',
        from: { data: 'rows' },
        encode: {
          update: {
            x: { scale: 'times', field: 'bar' },
            y: { ...y, offset: -8 },
            y2: { ...y, offset: 8 },
            stroke: { value: ink.light },
            strokeWidth: { value: 2 },
            opacity: { signal: 'isValid(datum.bar) ? 1 : 0' },
          },
        },
      },
      {
        type: 'symbol',
        from: { data: 'rows' },
        encode: {
          update: {
            x: { scale: 'times', field: 'processor' },
            y,
            shape: { value: 'diamond' },
            size: { value: 50 },
            fill: { value: paper.light },
            stroke: { scale: 'colour', field: 'kind' },
            opacity: { signal: 'isValid(datum.processor) ? 1 : 0' },
          },
        },
      },
      {
        type: 'symbol',
        from: { data: 'rows' },
        encode: {
          update: {
            x: { scale: 'times', field: 'median' },
            y,
            size: { value: 60 },
            fill: { scale: 'colour', field: 'kind' },
          },
        },
      },
      {
        type: 'text',
        from: { data: 'rows' },
        encode: {
          update: {
            x: { signal: 'width + 56' },
            y,
            align: { value: 'right' },
            baseline: { value: 'middle' },
            text: { signal: "format(datum.median, '.2~f') + ' ×'" },
            fill: { value: ink.light },
          },
        },
      },
    ],
  })
}

export interface CountRow {
  readonly label: string
  /** Undefined for a heading. */
  readonly kind: Kind | undefined
  readonly calls: number | null
}

/** System calls of an operation, as bars in groups. */
export function drawCounts(title: readonly string[], rows: readonly CountRow[]): Promise<string> {
  const numbered = rows.map((row, i) => ({ ...row, i }))
  const y = { scale: 'row', field: 'i' } as const
  return toSvg({
    ...frame(
      title,
      rows.map(({ label }) => label),
      40,
    ),
    data: [
      { name: 'rows', values: numbered },
      {
        name: 'counted',
        source: 'rows',
        transform: [{ type: 'filter', expr: 'isValid(datum.calls)' }],
      },
    ],
    scales: [
      { name: 'row', type: 'band', domain: numbered.map(({ i }) => i), range: 'height', paddingInner: 0.25 },
      { name: 'calls', type: 'linear', domain: { data: 'counted', field: 'calls' }, zero: true, range: 'width' },
      { name: 'colour', ...colours },
    ],
    axes: [{ orient: 'bottom', scale: 'calls', grid: true, domain: false, ticks: false, tickCount: 5 }],
    marks: [
      {
        type: 'rect',
        from: { data: 'counted' },
        encode: {
          update: {
            x: { value: 0 },
            x2: { scale: 'calls', field: 'calls' },
            y,
            height: { scale: 'row', band: 1 },
            fill: { scale: 'colour', field: 'kind' },
          },
        },
      },
      {
        type: 'text',
        from: { data: 'counted' },
        encode: {
          update: {
            x: { scale: 'calls', field: 'calls', offset: 6 },
            y: { ...y, band: 0.5 },
            baseline: { value: 'middle' },
            text: { signal: "format(datum.calls, '.3~f')" },
            fill: { value: ink.light },
          },
        },
      },
      {
        type: 'text',
        from: { data: 'rows' },
        encode: {
          update: {
            x: { value: -8 },
            y: { ...y, band: 0.5 },
            align: { value: 'right' },
            baseline: { value: 'middle' },
            text: { field: 'label' },
            fontWeight: { signal: "isValid(datum.kind) ? 'normal' : 'bold'" },
            fill: { value: ink.light },
          },
        },
      },
    ],
  })
}

async function toSvg(spec: Spec): Promise<string> {
  const svg = await new View(parse(spec), { renderer: 'none' }).toSVG()
  return `${svg.replace(/>/, `><style>@media (prefers-color-scheme:dark){${darkRules()}}</style>`)}\n`
}
