import type { Installation } from '../installation.ts'
import { portsFrom, storeId } from '../layout.ts'
import { urlsOf } from '../plan.ts'

/** Where these components of an installation are, as a table for people. */
export function urlTable(installation: Installation, components: { name: string }[]): string {
  const urls = urlsOf(installation.portBase)
  const ports = portsFrom(installation.portBase)
  const rows: [string, string, string][] = [
    ['central-query', urls.centralQuery, `${urls.centralQuery}/docs`],
    ['central-update', urls.centralUpdate, `${urls.centralUpdate}/metrics`],
  ]
  for (let number = 1; number <= installation.stores; number++) {
    rows.push([storeId(number), urls.store(number), `${urls.store(number)}/docs`])
  }
  rows.push(
    ['connect', urls.connect, 'connectors'],
    ['registry', urls.registry, 'schemas'],
    ['kafka', urls.brokers, 'npm run topics'],
    ['mysql-central', `127.0.0.1:${ports.mysqlCentral}`, 'npm run sql -- central'],
  )
  for (let number = 1; number <= installation.stores; number++) {
    rows.push([
      `mysql-${storeId(number)}`,
      `127.0.0.1:${ports.mysqlStore(number)}`,
      `npm run sql -- ${storeId(number)}`,
    ])
  }
  return alignedRows(rows.filter(([name]) => components.some((component) => component.name === name)))
}

/** Rows as lines, their columns aligned. */
export function alignedRows(rows: string[][]): string {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, at) => Math.max(cell.length, widest[at] ?? 0)),
    [],
  )
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
