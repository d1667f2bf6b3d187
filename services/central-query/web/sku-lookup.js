import { ageText, element } from './format.js'

const COLUMNS = ['Store', 'Available', 'On hand', 'Held', 'Pending', 'Margin', 'Freshness']

/** A form that shows central's answer for a SKU, store by store. */
export function startLookup(form, answer) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const sku = new FormData(form).get('sku').trim()
    try {
      const response = await fetch(`/v1/availability/${encodeURIComponent(sku)}`)
      const body = await response.json()
      answer.replaceChildren(...(response.ok ? tableOf(body) : [element('p', body.detail)]))
    } catch {
      answer.replaceChildren(element('p', 'central-query does not answer'))
    }
  })
}

function tableOf({ sku, availableFresh, stores }) {
  const proved = element('p', `${sku}: ${availableFresh} available in stores that are fresh`)
  if (stores.length === 0) return [element('p', `${sku} is in the catalogue; no store has ever had it`)]
  const table = element('table')
  const head = element('tr')
  head.append(...COLUMNS.map((name) => element('th', name, { scope: 'col' })))
  table.createTHead().append(head)
  const body = table.createTBody()
  for (const { storeId, available, onHand, held, pending, margin, freshness } of stores) {
    const row = body.insertRow()
    row.append(element('td', storeId), element('td', String(available), { class: 'promise' }))
    for (const units of [onHand, held, pending, margin]) row.append(element('td', String(units)))
    row.append(
      element('td', `${freshness.state}, ${ageText(freshness.ageMs)}`, { 'data-state': freshness.state }),
    )
  }
  return [proved, table]
}
