/** Somebody with whom a pure vault pairs, message by message: they can say each of theirs at any time, on any connection. */
import { commitmentTo, onPairAbort, onPairConfirm, onPairNonce, onPairRequest, onPairReveal, type Pairing } from '../../enclave/vault/people/pairing.machine.ts';
import type { Contact, Self } from '../../enclave/vault/records.ts';
import type { OpenSession } from '../../enclave/vault/sessions/session.ts';
import { MAX_CONTACTS } from '../../protocol/limits.ts';
import type { Message } from '../../protocol/messages.codec.ts';
import { type Done, PureLane } from './pure-lane.ts';
import type { PureVault } from './pure-vault.ts';

/** Theirs. */
export const NONCE = new Uint8Array(32).fill(7);

export const typesOf = (done: Done<unknown>): Message['type'][] => done.said.map(({ type }) => type);

/** As many contacts as may be. */
export const fillContacts = (vault: PureVault): void => vault.within(({ state }) => {
  for (let n = [...state.all('contact')].length; n < MAX_CONTACTS; n++) state.put('contact', `made-up-${n}`, { theirName: '' } as never);
});

export class PairingLane extends PureLane {
  /** The connection on which they speak unless another is named. */
  line: number;

  constructor(vault: PureVault, name: string) {
    super(vault, name);
    this.beStranger();
    this.line = this.meet([], false);
  }

  /** They speak on a new connection from now on. */
  comeAgain(): void {
    this.line = this.meet([], false);
  }

  override session(connection = this.line): OpenSession {
    return super.session(connection);
  }

  asked(at = this.line, commitment = commitmentTo(NONCE, this.session(at))) {
    return this.doing((turn) => onPairRequest(turn, this.session(at), { type: 'pair-request', commitment }));
  }

  nonced(at = this.line) {
    return this.doing((turn) => onPairNonce(turn, this.session(at), { type: 'pair-nonce', nonce: NONCE }));
  }

  revealed(nonce = NONCE, at = this.line) {
    return this.doing((turn) => onPairReveal(turn, this.session(at), { type: 'pair-reveal', nonce }));
  }

  /** They ask, and reveal: words are on the screen. */
  comparing(): void {
    this.asked();
    this.revealed();
  }

  confirmed(at = this.line) {
    return this.doing((turn) => onPairConfirm(turn, this.session(at)));
  }

  gaveUp() {
    return this.doing((turn) => onPairAbort(turn, this.session()));
  }

  pairing(): Pairing | undefined {
    return this.vault.state.get('pairing', this.instance);
  }

  contact(): Contact | undefined {
    return this.vault.state.get('contact', this.instance);
  }

  /** What the vault keeps about itself. */
  self(): Self {
    return this.vault.state.get('self', 'self')!;
  }
}
