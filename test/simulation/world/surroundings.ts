/** What a simulated host tells the world it stands in, and what is asked of its vault there. */
import type { VaultMethod } from '../../../protocol/contracts/vault.contract.ts';
import type { VaultMessage } from '../../../protocol/module-port.ts';
import type { SimHost } from './host.ts';
import type { Violation } from './violation.ts';

export type Reply = Extract<VaultMessage, { type: 'reply' }>;

/** A command that was given, at which instant of the rising clock, and whether the wallet must not do it. */
export interface Asked { readonly method: VaultMethod; readonly input: object; readonly at: number; readonly lacksPin: boolean }

export interface Surroundings {
  onSend(host: SimHost, connection: number, frame: Uint8Array): void;
  onHangUp(host: SimHost, connection: number): void;
  onCrash(host: SimHost): void;
  onViolation(violation: Violation): void;
  /** For the trace. */
  note(line: string): void;
  count(fault: string): void;
  /** A person's command was answered. */
  onReply(host: SimHost, asked: Asked, message: Reply): void;
  /** The vault wants the reader of a copy closed. */
  onCloseBook(host: SimHost, licence: string): void;
}
