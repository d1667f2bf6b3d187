export { type Outcome, type ReplayWish, replay } from './replay/replay.ts'
