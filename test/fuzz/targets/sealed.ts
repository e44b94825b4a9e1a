/** What the host keeps for the modules: sealed by nobody else, it opens as exactly what it was sealed as, or not at all. */
import { x25519 } from '@noble/curves/ed25519.js';
import { openChunk, sealChunk } from '../../../enclave/grants/chunk-cipher.ts';
import { coverKeyOf, openCover, sealCover } from '../../../enclave/grants/cover-cipher.ts';
import { openContentKey, openCoverGrant, openGrant, sealContentKey, sealCoverGrant, sealGrant } from '../../../enclave/grants/grants.codec.ts';
import { openBox } from '../../../enclave/grants/sealed-box.ts';
import { type SealedKind, sealerFrom } from '../../../enclave/runtime/sealing.ts';
import { openAnswer, openFrame, parseLaneFrame, sealAnswer, sealCommit } from '../../../enclave/vault/transfers/lane-keys.ts';
import type { LaneId } from '../../../protocol/identifiers.ts';
import { seededRandom } from '../../support/memory-host.ts';
import { ACCEPTED, type Target, bytesTarget, mustHold, refusedWith, sameBytes } from '../engine/target.ts';

const NO = refusedWith('not sealed');
const random = seededRandom('sealed');
const sealer = sealerFrom(new Uint8Array(32).fill(1));
const PLAINTEXT = new TextEncoder().encode('a package');
const secret = new Uint8Array(32).fill(2);
const [readerKey, contentKey] = [x25519.getPublicKey(secret), new Uint8Array(32).fill(3)];
const content = new Uint8Array(32).fill(4);
const LANE = '0c'.repeat(32) as LaneId;

/** One true sample of each, the same in every run. */
export const SEALED = {
  package: sealer.seal('package', 7, random(24), PLAINTEXT),
  grant: sealGrant(readerKey, { version: 1, content, key: contentKey, at: 5, terms: { text: true, until: null } }, random(32)),
  contentKey: sealContentKey(readerKey, { version: 1, content, key: contentKey }, random(32)),
  coverGrant: sealCoverGrant(readerKey, { version: 1, content, coverKey: coverKeyOf(contentKey) }, random(32)),
  cover: sealCover(coverKeyOf(contentKey), PLAINTEXT),
  chunk: sealChunk(contentKey, 0, true, PLAINTEXT),
  commit: sealCommit(contentKey, random(24), LANE, 3, PLAINTEXT),
  answer: sealAnswer(contentKey, 'ack', LANE, 3, PLAINTEXT),
};

/** A lane's frame, opened by whoever has its key. */
function openInLane(bytes: Uint8Array, open: typeof openFrame): Uint8Array | null {
  const frame = parseLaneFrame(bytes);
  return frame.ok ? open(frame.value, contentKey) : null;
}

/** @param truth the one input that may open */
const sealed = (name: string, covers: readonly string[], truth: Uint8Array, open: (bytes: Uint8Array) => unknown, cost = 1): Target => bytesTarget(name, {
  covers, cost,
  run(bytes) {
    const opened = open(bytes);
    mustHold((opened !== null) === sameBytes(bytes, truth), opened === null ? 'what was sealed does not open' : 'what nobody sealed opens');
    return opened === null ? NO : ACCEPTED;
  },
});

const OTHER_KINDS: readonly [SealedKind, number][] = [['package', 8], ['snapshot', 7], ['archive', 7]];

export const SEALED_TARGETS: readonly Target[] = [
  sealed('sealed-package', ['enclave/runtime/sealing.ts'], SEALED.package, (bytes) => {
    for (const [kind, number] of OTHER_KINDS) mustHold(sealer.open(kind, number, bytes) === null, `it opens as ${kind} ${number}`);
    return sealer.open('package', 7, bytes);
  }),
  sealed('sealed-grant', ['enclave/grants/grants.codec.ts#openGrant', 'enclave/grants/grants.codec.ts'], SEALED.grant, (bytes) => {
    mustHold(openContentKey(secret, bytes) === null, 'a grant is no key');
    return openGrant(secret, bytes);
  }, 40),
  sealed('sealed-content-key', ['enclave/grants/grants.codec.ts#openContentKey', 'enclave/grants/sealed-box.ts#openBox'], SEALED.contentKey, (bytes) => {
    mustHold(openBox(secret, 'something else', bytes) === null, 'it opens for another purpose');
    return openContentKey(secret, bytes);
  }, 40),
  sealed('sealed-cover-grant', ['enclave/grants/grants.codec.ts#openCoverGrant'], SEALED.coverGrant, (bytes) => {
    mustHold(openGrant(secret, bytes) === null && openContentKey(secret, bytes) === null, 'a grant for a cover opens more');
    return openCoverGrant(secret, bytes);
  }, 40),
  sealed('sealed-cover', ['enclave/grants/cover-cipher.ts#openCover'], SEALED.cover, (bytes) => {
    mustHold(openChunk(contentKey, 0, true, bytes) === null && openCover(contentKey, bytes) === null, 'a cover opens with the key of the book');
    return openCover(coverKeyOf(contentKey), bytes);
  }, 2),
  sealed('sealed-chunk', ['enclave/grants/chunk-cipher.ts#openChunk'], SEALED.chunk, (bytes) => {
    for (const [index, last] of [[1, true], [0, false]] as const) mustHold(openChunk(contentKey, index, last, bytes) === null, 'it opens in another place');
    return openChunk(contentKey, 0, true, bytes);
  }),
  sealed('sealed-commit', ['enclave/vault/transfers/lane-keys.ts#openFrame'], SEALED.commit, (bytes) => openInLane(bytes, openFrame), 2),
  sealed('sealed-answer', ['enclave/vault/transfers/lane-keys.ts#openAnswer'], SEALED.answer, (bytes) => {
    mustHold(openInLane(bytes, openFrame) === null, 'an answer opens as a commit');
    return openInLane(bytes, openAnswer);
  }, 2),
];
