import { ageText, element, shape } from './format.js'
import { drawSparkline } from './sparkline.js'

// Each state has a shape too, for people who can't tell the colours apart.
const SHAPES = {
  fresh: 'M6 0a6 6 0 1 0 0 12A6 6 0 0 0 6 0',
  stale: 'M6 0l6 12H0z',
  offline: 'M0 0h12v12H0z',
  unknown: 'M0 5h12v2H0z',
}

/** One store's card, made once and brought up to date with each report. */
export function createCard(template) {
  const card = template.content.firstElementChild.cloneNode(true)
  const part = (selector) => card.querySelector(selector)
  let store

  /** The age now, and the state: when the page itself hears nothing, nothing is known. */
  function tick(sinceReportMs, heard) {
    if (store === undefined) return
    const age = store.ageMs === null ? null : store.ageMs + sinceReportMs
    part('.age strong').textContent = ageText(age)
    part('.age p span').textContent = age === null ? 'heard' : 'old'
    const state = heard ? store.state : 'unknown'
    if (card.dataset.state === state) return
    card.dataset.state = state
    const sign = shape('svg', { viewBox: '0 0 12 12', 'aria-hidden': 'true' })
    sign.append(shape('path', { d: SHAPES[state] }))
    part('.state').replaceChildren(sign, heard ? state : 'not known')
  }

  return {
    card,
    tick,
    show(report, ages) {
      store = report
      part('h3').textContent = report.storeId
      part('.place').textContent = [report.name, report.place].filter(Boolean).join(', ')
      part('.why').textContent = report.why ?? ''
      part('dl').replaceChildren(...factsOf(report).map(fact))
      drawSparkline(part('.spark'), ages, report.slaMs)
    },
  }
}

function factsOf({ cursor, lastLagMs, missing, parked, openCommands, clockSkewMs, connector }) {
  const facts = [
    [
      'seq',
      cursor === null
        ? '–'
        : `${cursor.seq.toLocaleString('en')}${cursor.epoch > 1 ? ` (epoch ${cursor.epoch})` : ''}`,
    ],
  ]
  if (lastLagMs !== null) facts.push(['lag', `${lastLagMs} ms`])
  facts.push(['missing', missing ?? '–', missing > 0], ['parked', parked ?? '–', parked > 0])
  if (openCommands > 0) facts.push(['open commands', openCommands, true])
  if (clockSkewMs !== null && Math.abs(clockSkewMs) > 2_000)
    facts.push(['clock off by', `${clockSkewMs} ms`, true])
  if (connector !== null)
    facts.push(['connector', connector.state.toLowerCase(), connector.state !== 'RUNNING'])
  return facts
}

function fact([name, value, bad = false]) {
  const row = element('div')
  row.append(element('dt', name), element('dd', String(value), bad ? { class: 'bad' } : {}))
  return row
}
