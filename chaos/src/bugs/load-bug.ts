/** Loaded before a program (node --import): runs it with the bug or exit in it that DELIBERATE_BUG names. */
import { registerHooks } from 'node:module'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DELIBERATE_BUGS, findNamed, type SpoiledSource, spoil } from './deliberate-bugs.ts'
import { EXITS } from './exits.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const bug = findNamed<SpoiledSource>([...DELIBERATE_BUGS, ...EXITS], process.env.DELIBERATE_BUG)

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context)
    if (!url.startsWith('file:') || loaded.source == null) return loaded
    const file = relative(ROOT, fileURLToPath(url))
    if (!bug.edits.some((edit) => edit.file === file)) return loaded
    return { ...loaded, source: spoil(bug, file, Buffer.from(loaded.source as Uint8Array).toString()) }
  },
})
