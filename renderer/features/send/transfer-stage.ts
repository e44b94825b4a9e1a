/** Which words stand for a transfer's state, seen from this side. */
import type { TransferView } from '../../../protocol/contracts/views.ts';

/** Message keys below `send.stage`: a heading, and `…Text` beneath it. */
export function stageOf(transfer: Pick<TransferView, 'direction' | 'state' | 'give'> & Partial<Pick<TransferView, 'purpose'>>): string {
  if (transfer.direction === 'in') {
    switch (transfer.state) {
      case 'offered': return 'inOffered';
      case 'accepted': case 'in-transit': return 'inAccepted';
      case 'done': return transfer.purpose === 'redemption' ? 'inRedeemed' : arrivedAs(transfer.give);
      case 'declined': return 'inDeclined';
      case 'withdrawn': case 'cancelled': return 'withdrawn';
      default: return 'refused';
    }
  }
  switch (transfer.state) {
    case 'offered': return 'offered';
    case 'accepted': case 'in-transit': return 'transit';
    case 'done': return 'done';
    case 'cancelled': case 'withdrawn': return 'cancelled';
    case 'returned': case 'refused': return 'returned';
    case 'written-off': return 'writtenOff';
    case 'declined': return 'declined';
  }
}

/** A book that was lent is here, and is not mine; one that comes home is mine again. */
function arrivedAs(give: TransferView['give']): string {
  const book = give.find((asset) => asset.kind === 'licence');
  if (book?.move.as === 'loan') return 'inLoan';
  return book?.move.as === 'return' ? 'inHome' : 'inDone';
}
