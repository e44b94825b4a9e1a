/** The commands about books, one line each: what the person's interfaces may ask for. */
import type { z } from 'zod';
import type { libraryMethods } from '../../../protocol/contracts/library.methods.ts';
import type { Method } from '../../../protocol/contracts/contract.ts';
import { refuse } from '../../../protocol/errors.ts';
import type { InstanceId, LicenceId, TransferId } from '../../../protocol/identifiers.ts';
import { openContentKey } from '../../grants/grants.codec.ts';
import { bytesToHex, hexToBytes } from '../bytes.ts';
import { requireCurrency } from '../credits/currencies.ts';
import { requireNotForked } from '../people/forks.ts';
import type { StoredAsset, StoredLicence } from '../records.ts';
import { requirePinAbove } from '../safety/pin.ts';
import { begin } from '../transfers/sending.machine.ts';
import { shown } from '../transfers/shown.ts';
import type { Turn } from '../turn.ts';
import { viewLicence, viewPublication } from '../views/library.views.ts';
import { answerRenewal, askRenewal, assetOf, loanUntil, recall, returnHome } from './loans.ts';
import { publish, publishingSecret } from './publications.ts';
import { close, open, showCover } from './reading.ts';

type Commands<C> = {
  [M in keyof C as C[M] extends { kind: infer K } ? ('command' extends K ? M : never) : never]: C[M] extends Method<infer I, infer O> ? (turn: Turn, input: z.output<I>) => z.input<O> : never;
};

/** The commands; what is a query stands in queries.ts. */
export const LIBRARY_COMMANDS = [
  'books.publish', 'books.give', 'books.sell', 'books.lend', 'books.return', 'books.askRenewal', 'books.answerRenewal', 'books.recall', 'books.open', 'books.cover', 'books.closed',
] as const satisfies readonly (keyof typeof libraryMethods)[];

interface Handed { readonly licence: LicenceId; readonly contact: InstanceId; readonly memo: string; readonly pin?: string | undefined }

function handOver(turn: Turn, { licence, contact, memo, pin }: Handed, move: StoredLicence['move'], take: readonly StoredAsset[] = []) {
  requireNotForked(turn.state, contact);
  const give = [assetOf(turn.state, licence, move)];
  requirePinAbove(turn, give, pin);
  return shown(turn, begin(turn, { contact, give, take, memo, purpose: 'payment', request: null }) as TransferId);
}

export const libraryCommands: Pick<Commands<typeof libraryMethods>, (typeof LIBRARY_COMMANDS)[number]> = {
  'books.publish': (turn, { sealedKey, ...wanted }) => {
    const published = openContentKey(publishingSecret(turn.state), hexToBytes(sealedKey));
    if (!published || bytesToHex(published.content) !== wanted.content) return refuse('bad_input', 'The file was not prepared for this wallet. Publish it again.');
    return viewPublication(turn.state, publish(turn, wanted, published.key));
  },
  'books.give': (turn, input) => handOver(turn, input, { as: 'own' }),
  'books.sell': (turn, { price, ...input }) => {
    requireCurrency(turn.state, price.currency);
    return handOver(turn, input, { as: 'own' }, [{ kind: 'credit', currency: price.currency, amount: BigInt(price.amount) }]);
  },
  'books.lend': (turn, { due, ...input }) => handOver(turn, input, loanUntil(turn, due)),
  'books.return': (turn, { licence }) => shown(turn, returnHome(turn, licence)),
  'books.askRenewal': (turn, { licence, due }) => {
    askRenewal(turn, licence, due);
    return viewLicence(turn, licence);
  },
  'books.answerRenewal': (turn, { licence, agree }) => {
    answerRenewal(turn, licence, agree);
    return viewLicence(turn, licence);
  },
  'books.recall': (turn, { licence, wanted }) => {
    recall(turn, licence, wanted);
    return viewLicence(turn, licence);
  },
  'books.open': (turn, { licence, reader }) => open(turn, licence, reader),
  'books.cover': (turn, { licence, reader }) => ({ grant: showCover(turn, licence, reader) }),
  'books.closed': (turn, { licence }) => {
    close(turn, licence);
    return {};
  },
};
