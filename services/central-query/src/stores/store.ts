import { plainText, storeIdField } from '@shelfwire/contracts'
import { strict } from '@shelfwire/http'
import { z } from 'zod'

const degrees = (limit: number) => {
  const legal = `must be a number of degrees from -${limit} to ${limit}`
  return z.number(legal).min(-limit, legal).max(limit, legal)
}

export const connectorField = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be 1 to 64 of A-Z, a-z, 0-9, ".", "_" and "-"')
  .meta({ description: "The only connector whose records may become this store's rows.", example: 'store-1' })

const zoneLegal = 'must be an IANA time zone such as Europe/Berlin'

export const zoneField = z
  .string(zoneLegal)
  .regex(/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/, zoneLegal)
  .max(64, zoneLegal)
  .refine(isZone, zoneLegal)
  .meta({
    example: 'Europe/Berlin',
    enum: ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')],
    description:
      'The IANA time zone by whose days sales are summed; UTC unless set. A change applies to entries that central applies from ' +
      'then on; `npm run rebuild` computes all sums again by the present zone. Other names that ' +
      'IANA links to these are accepted as well.',
  })

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** The settings of a store in a request. */
export const storeBody = strict({
  name: plainText(128).meta({ example: 'Mitte' }),
  place: plainText(128).meta({ example: 'Berlin' }),
  latitude: degrees(90).meta({ example: 52.52 }),
  longitude: degrees(180).meta({ example: 13.4 }),
  connector: connectorField.optional(),
  zone: zoneField.optional(),
}).meta({ id: 'StoreSettings' })

export const storeView = z
  .object({
    storeId: storeIdField,
    name: z.string(),
    place: z.string(),
    latitude: z.number(),
    longitude: z.number(),
    connector: z.string(),
    zone: z.string(),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'Store' })

/** A store with its settings. */
export interface Store {
  storeId: string
  name: string
  place: string
  latitude: number
  longitude: number
  connector: string
  /** The IANA zone by whose days its sales are summed. */
  zone: string
}
