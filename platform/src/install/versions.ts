import versions from '../../../conf/versions.json' with { type: 'json' }

/** The locked versions of everything set-up fetches. */
export { versions }
