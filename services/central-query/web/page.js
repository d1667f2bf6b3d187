import { startLookup } from './sku-lookup.js'
import { createCard } from './store-card.js'

const SAMPLES = 180
/** Without a report for longer, the page no longer knows what it shows. */
const SILENT_MS = 3_500
const TICK_MS = 250

const at = (id) => document.getElementById(id)
const cards = new Map()
let history = {}
let report
let heardAt = performance.now()

function show(latest) {
  report = latest
  heardAt = performance.now()
  for (const store of report.stores) {
    const { storeId, ageMs } = store
    if (!cards.has(storeId)) cards.set(storeId, createCard(at('card')))
    history[storeId] = [...(history[storeId] ?? []), ageMs].slice(-SAMPLES)
    cards.get(storeId).show(store, history[storeId])
  }
  arrange(report.stores.map(({ storeId }) => cards.get(storeId).card))
  tick()
}

/** Such as `1 stale · 2 fresh`. */
function countsOf({ stores }) {
  const counts = ['offline', 'stale', 'fresh'].map((state) => [
    stores.filter((store) => store.state === state).length,
    state,
  ])
  return counts.flatMap(([count, state]) => (count > 0 ? [`${count} ${state}`] : [])).join(' · ')
}

/** Worst first. Cards move only when the order changes, so that they stay under a finger. */
function arrange(wanted) {
  const list = at('stores')
  if (wanted.length === list.children.length && wanted.every((card, index) => card === list.children[index]))
    return
  list.replaceChildren(...wanted)
}

function tick() {
  if (report === undefined) return
  const silentMs = performance.now() - heardAt
  const heard = silentMs < SILENT_MS
  for (const { tick: tickCard } of cards.values()) tickCard(silentMs, heard)
  const [worst] = report.stores
  at('verdict').dataset.state = heard ? (worst?.state ?? 'unknown') : 'unknown'
  say(
    'link',
    heard ? '' : 'No connection to central-query. Ages are extrapolated from its last report; reconnecting …',
  )
  at('link').hidden = heard
  say('counts', heard ? countsOf(report) : '')
  const [headline, ...reason] = heard ? report.summary.split(': ') : ['Not known']
  // A store's name is not broken at its hyphen.
  say('headline', capital(headline).replaceAll('-', '\u2011'))
  say('reason', capital(reason.join(': ')))
  document.title = heard ? `${headline} · Shelfwire` : 'not known · Shelfwire'
}

// Written only when it changes, because a screen reader reads every write aloud.
function say(id, text) {
  if (at(id).textContent !== text) at(id).textContent = text
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1)

const stream = new EventSource('/v1/freshness/stream')
stream.addEventListener('history', ({ data }) => {
  history = JSON.parse(data)
})
stream.addEventListener('report', ({ data }) => show(JSON.parse(data)))
setInterval(tick, TICK_MS)
startLookup(at('lookup'), at('answer'))
