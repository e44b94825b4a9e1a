/**
 * Every schema that a boundary checks with: whatever comes, it answers and does not throw; what it took it takes again
 * unchanged; and nothing that it took carries names into an object which are not its own. A schema that is added to one
 * of these files is a target by that.
 */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import * as grants from '../../../enclave/grants/grants.codec.ts';
import * as currency from '../../../protocol/currency.codec.ts';
import * as contract from '../../../protocol/contracts/contract.ts';
import * as host from '../../../protocol/contracts/host.contract.ts';
import * as library from '../../../protocol/contracts/library.views.ts';
import * as libraryHost from '../../../protocol/contracts/library-host.contract.ts';
import * as plain from '../../../protocol/contracts/plain.ts';
import * as reader from '../../../protocol/contracts/reader.contract.ts';
import * as views from '../../../protocol/contracts/views.ts';
import * as identifiers from '../../../protocol/identifiers.ts';
import * as licence from '../../../protocol/licence.codec.ts';
import * as messages from '../../../protocol/messages.codec.ts';
import * as modulePort from '../../../protocol/module-port.ts';
import * as publication from '../../../protocol/publication.codec.ts';
import * as readerPort from '../../../protocol/reader-port.ts';
import * as statements from '../../../protocol/statements.codec.ts';
import { ACCEPTED, type Target, mustHold, refusedWith, valueTarget } from '../engine/target.ts';

const MODULES: Readonly<Record<string, object>> = {
  'enclave/grants/grants.codec.ts': grants, 'protocol/currency.codec.ts': currency, 'protocol/contracts/contract.ts': contract, 'protocol/contracts/host.contract.ts': host,
  'protocol/contracts/library.views.ts': library, 'protocol/contracts/library-host.contract.ts': libraryHost, 'protocol/contracts/plain.ts': plain, 'protocol/contracts/reader.contract.ts': reader, 'protocol/contracts/views.ts': views,
  'protocol/identifiers.ts': identifiers, 'protocol/licence.codec.ts': licence, 'protocol/messages.codec.ts': messages, 'protocol/module-port.ts': modulePort,
  'protocol/publication.codec.ts': publication, 'protocol/reader-port.ts': readerPort, 'protocol/statements.codec.ts': statements,
};

/** Schemas by the file and name they are exported under. */
export const SCHEMAS: ReadonlyMap<string, z.ZodType> = new Map(
  Object.entries(MODULES).flatMap(([file, exported]) => Object.entries(exported).flatMap(([name, value]): [string, z.ZodType][] => (value instanceof z.ZodType ? [[`${file}#${name}`, value]] : []))),
);

export const schemaTargetName = (where: string): string => `schema/${where.slice(where.indexOf('#') + 1).replace(/Schema$/, '')}`;

export const SCHEMA_TARGETS: readonly Target[] = [...SCHEMAS].map(([where, schema]) => valueTarget(schemaTargetName(where), {
  covers: [where],
  run(value) {
    const first = schema.safeParse(value);
    if (!first.success) return refusedWith('malformed');
    const again = schema.safeParse(first.data);
    mustHold(again.success, 'what it gave it does not take');
    mustHold(isDeepStrictEqual(again.data, first.data), 'what it took it gave in another way the second time');
    mustHold(typeof first.data !== 'object' || first.data === null || [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(first.data) as never) || first.data instanceof Uint8Array, 'what it gave has another prototype');
    return ACCEPTED;
  },
}));
