/** Loaded before a service (node --import): runs it with the bug that DELIBERATE_BUG names. */
import { registerHooks } from 'node:module'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findBug, spoil } from './deliberate-bugs.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const bug = findBug(process.env.DELIBERATE_BUG)

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context)
    if (!url.startsWith('file:') || loaded.source == null) return loaded
    const file = relative(ROOT, fileURLToPath(url))
    if (!bug.edits.some((edit) => edit.file === file)) return loaded
    return { ...loaded, source: spoil(bug, file, Buffer.from(loaded.source as Uint8Array).toString()) }
  },
})
