import { type ForgetEpochsBody, forgetEpochsBody } from '@shelfwire/contracts'
import { keepDraft } from '../lane/operation.ts'
import type { CommandKind } from './command-kind.ts'

/** Notes in the head that central needs no entry of older epochs; they may then be dropped. */
export const forgetEpochs: CommandKind<ForgetEpochsBody> = {
  kind: 'forget_epochs',
  body: forgetEpochsBody,
  legalBody: 'below',
  weigh: () => 1,
  decide({ body: { below } }, { books: { head } }) {
    head.coveredEpoch = Math.max(head.coveredEpoch, below)
    return keepDraft({ outcome: 'done' })
  },
}
