import { randomUUID } from 'node:crypto'
import { ask } from './ask.ts'
import { urls } from './platform.ts'

export interface AvailabilityRow {
  storeId: string
  onHand: number
  held: number
  pending: number
  margin: number
  available: number
  freshness: { state: string; asOf: string; ageMs: number; slaMs: number; suspect?: string }
}

/** A SKU that no other test touches. */
export function newSku(name: string): string {
  return `${name}-${randomUUID()}`
}

/** Receives units of each SKU in a store. */
export async function receive(store: number, units: Record<string, number>): Promise<void> {
  const lines = Object.entries(units).map(([sku, quantity]) => ({ sku, quantity }))
  const { status, body } = await ask('POST', `${urls.store(store)}/v1/receipts`, { lines })
  if (status >= 300) throw new Error(`store ${store} refuses a receipt: ${status} ${JSON.stringify(body)}`)
}

/** Sells units of one SKU in a store. */
export async function sell(store: number, sku: string, quantity: number): Promise<void> {
  const lines = [{ sku, quantity }]
  const { status, body } = await ask('POST', `${urls.store(store)}/v1/sales`, { lines })
  if (status >= 300) throw new Error(`store ${store} refuses a sale: ${status} ${JSON.stringify(body)}`)
}

/** What central answers for a SKU, store by store; nothing while central doesn't know it. */
export async function availability(sku: string): Promise<AvailabilityRow[]> {
  const url = `${urls.centralQuery}/v1/availability/${encodeURIComponent(sku)}`
  const { body } = await ask<{ stores?: AvailabilityRow[] }>('GET', url)
  return body.stores ?? []
}

/** The units that central knows of a SKU in one store. */
export async function onHandInCentral(storeId: string, sku: string): Promise<number | undefined> {
  return (await availability(sku)).find((row) => row.storeId === storeId)?.onHand
}
