export * from './fresh-database.ts'
export * from './streams.ts'
