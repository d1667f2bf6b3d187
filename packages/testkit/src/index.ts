export * from './fresh-database.ts'
export * from './streams.ts'
export * from './tcp-proxy.ts'
