export * from './fresh-database.ts'
export * from './later-schema.ts'
export * from './streams.ts'
export * from './tcp-proxy.ts'
