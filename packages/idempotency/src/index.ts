export * from './answers-sql.ts'
export * from './key-use.ts'
export * from './request-key.ts'
