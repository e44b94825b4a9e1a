/** The cover of a copy may be shown wherever the copy is; to show it is not to open the book (docs/decisions/0022). */
import { createHash } from 'node:crypto';
import { x25519 } from '@noble/curves/ed25519.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { coverKeyOf } from '../../../enclave/grants/cover-cipher.ts';
import { type CoverGrant, openCoverGrant, openGrant } from '../../../enclave/grants/grants.codec.ts';
import type { LicenceId } from '../../../protocol/identifiers.ts';
import { onShelf, publish, read } from '../../support/pure-library.ts';
import type { PureVault } from '../../support/pure-vault.ts';
import { ReadingCircle } from '../../support/reading-circle.ts';

const secret = new Uint8Array(createHash('sha256').update('a reader').digest());
const READER = Buffer.from(x25519.getPublicKey(secret)).toString('hex');

let circle: ReadingCircle;
let ada: PureVault;
let ben: PureVault;
beforeEach(({ task }) => {
  circle = new ReadingCircle(task.name);
  ({ ada, ben } = circle);
});

function grantOf(vault: PureVault, licence: LicenceId): CoverGrant | null {
  const asked = vault.must('books.cover', { licence, reader: READER });
  expect(openGrant(secret, Buffer.from(asked.grant, 'hex'))).toBeNull();
  return openCoverGrant(secret, Buffer.from(asked.grant, 'hex'));
}

/** Whether the way home says, signed, that the book was never opened. */
function returnedUnopened(licence: LicenceId): boolean | null {
  let said: boolean | null = null;
  ada.watch = (ended) => {
    for (const { give } of ended) for (const asset of give) if (asset.kind === 'licence' && asset.move.as === 'return') said = asset.move.unopened !== null;
  };
  ben.must('books.return', { licence });
  circle.settle();
  return said;
}

describe('a grant for a cover', () => {
  it('holds the key of the cover and not that of the book', () => {
    const { copy, key, publication } = publish(ada, 'Emma');
    expect(grantOf(ada, copy(1))).toEqual({ version: 1, content: new Uint8Array(Buffer.from(publication.content, 'hex')), coverKey: coverKeyOf(key) });
    expect(Buffer.compare(coverKeyOf(key), key)).not.toBe(0);
  });

  it('changes nothing: the book counts as unopened, no reader is noted, and it goes home with the word that nobody opened it', () => {
    const { copy } = publish(ada, 'Emma');
    circle.lend(ada, ben, copy(1), null);
    const before = JSON.stringify([...ben.state.all('licence'), ...ben.state.all('reading')]);
    grantOf(ben, copy(1));
    expect(JSON.stringify([...ben.state.all('licence'), ...ben.state.all('reading')])).toBe(before);
    expect([onShelf(ben, copy(1))?.opened, returnedUnopened(copy(1))]).toEqual([false, true]);
  });

  it('does not hide that the book was opened', () => {
    const { copy } = publish(ada, 'Emma');
    circle.lend(ada, ben, copy(1), null);
    grantOf(ben, copy(1));
    read(ben, copy(1));
    expect(returnedUnopened(copy(1))).toBe(false);
  });

  it('is had for a copy that is lent out, which does not open, and for none that is not here', () => {
    const { copy, key } = publish(ada, 'Emma', { copies: 1 });
    circle.lend(ada, ben, copy(1), null);
    expect(read(ada, copy(1))).toEqual({ ok: false, code: 'not_here' });
    expect(grantOf(ada, copy(1))?.coverKey).toEqual(coverKeyOf(key));
    expect(circle.cleo.call('books.cover', { licence: copy(1), reader: READER })).toMatchObject({ ok: false, failure: { code: 'unknown_licence' } });
    expect(ada.call('books.cover', { licence: copy(1), reader: '00'.repeat(32) })).toMatchObject({ ok: false, failure: { code: 'bad_input' } });
  });
});
