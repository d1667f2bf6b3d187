import { shape } from './format.js'

const WIDTH = 180
const HEIGHT = 40

/** Ages of the last three minutes as a line, with the SLA across it; a store without any beat has none. */
export function drawSparkline(place, ages, slaMs) {
  // Twice the SLA at least, so that small changes of age don't look large.
  const top = Math.max(2 * slaMs, ...ages.map((age) => age ?? 0))
  const x = (index) => WIDTH - (ages.length - 1 - index)
  const y = (age) => HEIGHT - (age / top) * HEIGHT
  const points = ages.flatMap((age, index) => (age === null ? [] : [`${x(index)},${y(age).toFixed(1)}`]))

  const svg = shape('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img' })
  svg.append(shape('title', {}, 'Age over the last three minutes; the dashed line is the SLA'))
  svg.append(shape('line', { class: 'sla', x1: 0, x2: WIDTH, y1: y(slaMs), y2: y(slaMs) }))
  if (points.length > 1) {
    const [first] = points[0].split(',')
    const [last] = points.at(-1).split(',')
    svg.append(
      shape('polygon', { class: 'area', points: `${first},${HEIGHT} ${points.join(' ')} ${last},${HEIGHT}` }),
    )
    svg.append(shape('polyline', { class: 'line', points: points.join(' ') }))
  }
  place.replaceChildren(svg)
}
