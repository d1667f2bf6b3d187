/**
 * Words that this project once used for things that have a standard term. `npm run check` finds them in names: of files,
 * in code, SQL, metrics, log fields and public codes. In prose and comments they may be ordinary English.
 */
export interface ReplacedWord {
  /** Matches a word of a name, in lower case: `openHoles` and `open_holes` have the words `open` and `holes`. */
  word: RegExp
  /** The term to use. */
  use: string
  /** Paths in which the word was private; all when left out. */
  within?: RegExp
  /** Names in which the word is the standard term, and of what. */
  except?: Readonly<Record<string, string>>
}

export const REPLACED_WORDS: readonly ReplacedWord[] = [
  {
    word: /^holes?$/,
    use: 'gap',
    except: { blackHole: 'a network that drops packets', keepHoles: 'sparse files' },
  },
  { word: /^memory$/, use: 'cache', within: /central-query/, except: { memoryUsage: "Node's" } },
  { word: /^ground$/, use: 'snapshot' },
  { word: /^turns?$/, use: 'poll', within: /central-query/ },
  { word: /^notices?$/, use: 'wakeUp' },
  { word: /^(story|stories)$/, use: 'work' },
  { word: /^remed(y|ies)$/, use: 'FailureAction' },
  { word: /^obeys?$/, use: 'consume' },
  { word: /^parcels?$/, use: 'PartitionSlice' },
  { word: /^told$/, use: 'committedOffset, notified, reported' },
  { word: /^said$/, use: 'fingerprint, stated' },
  { word: /^still$/, use: 'paused' },
  { word: /^doubts?$/, use: 'suspect', except: { inDoubt: 'a transaction whose outcome is unknown' } },
]

/** Whole names, and sentences of logs and errors. */
export const REPLACED_TEXTS: readonly { text: RegExp; use: string }[] = [
  { text: /\bturnAway\b/, use: 'rejectQueued' },
  { text: /\btroubleOf\b/, use: 'classifyError' },
  { text: /\bma[dk]e(s)?Good|MadeGood\b/, use: 'resolve…' },
  { text: /\bbroken\(/, use: 'asBroken' },
  { text: /\breadWrite\b/, use: 'parseWrite' },
  // But for two indexes, which are named in migrations.
  { text: /(?<!_no_)case_?twin/i, use: 'sku_case_conflict' },
  { text: /feed begins anew/, use: 'feed position lost; reloading the cache from a snapshot' },
  { text: /a person must look at this/, use: 'alarm: checksum mismatch' },
  { text: /without being told/, use: 'half-open connection' },
  { text: /\bdoes no commands\b/, use: 'commands unacknowledged for 15 s; resent' },
  { text: /--part\b/, use: '--component' },
]
