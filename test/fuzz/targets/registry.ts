/** Every target there is. test/fuzz/registry.test.ts holds this list to the source: what takes data from outside must be in it. */
import type { Target } from '../engine/target.ts';
import { BOOK_TARGETS } from './books.ts';
import { CHOSEN_BOOK_TARGETS } from './chosen-books.ts';
import { CIPHERTEXT_TARGETS } from './ciphertext.ts';
import { CODEC_TARGETS } from './codecs.ts';
import { COMMAND_LINE_TARGETS } from './command-line.ts';
import { DISCOVERY_TARGETS } from './discovery.ts';
import { FILE_TARGETS } from './files.ts';
import { HOST_METHOD_TARGETS } from './host-methods.ts';
import { NOISE_TARGETS } from './noise.ts';
import { PAGE_TARGETS } from './page.ts';
import { PEER_TARGETS } from './peer-bytes.ts';
import { PICTURE_TARGETS } from './pictures.ts';
import { SCHEMA_TARGETS } from './schemas.ts';
import { SEALED_TARGETS } from './sealed.ts';
import { STREAM_TARGETS } from './streams.ts';
import { TEXT_TARGETS } from './text.ts';
import { TRANSPORT_TARGETS } from './transports.ts';
import { VAULT_METHOD_TARGETS } from './vault-methods.ts';
import { VAULT_PORT_TARGETS } from './vault-port.ts';

export const TARGETS: readonly Target[] = [
  ...CODEC_TARGETS, ...SCHEMA_TARGETS, ...NOISE_TARGETS, ...SEALED_TARGETS, ...TEXT_TARGETS, ...STREAM_TARGETS, ...FILE_TARGETS, ...DISCOVERY_TARGETS, ...COMMAND_LINE_TARGETS, ...PAGE_TARGETS, ...PICTURE_TARGETS, ...TRANSPORT_TARGETS,
  ...CIPHERTEXT_TARGETS, ...PEER_TARGETS, ...VAULT_PORT_TARGETS, ...VAULT_METHOD_TARGETS, ...HOST_METHOD_TARGETS, ...BOOK_TARGETS, ...CHOSEN_BOOK_TARGETS,
];

/** In the order of the names. @throws Error for a name that no target has */
export const targetsNamed = (names: readonly string[]): Target[] => names.map((name) => TARGETS.find((target) => target.name === name) ?? missing(name));

function missing(name: string): never {
  throw new Error(`there is no target ${name}`);
}
