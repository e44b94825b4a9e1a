/** Does what a vault's driver does, as fast as it can, and says so, until it is killed: store, then advance, then release. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { openLevelPackageStore } from '../../../main/host/storage/level-package-store.ts';
import { openRegisterFile } from '../../../main/host/storage/register-file.ts';

const [folder = ''] = process.argv.slice(2);
const store = await openLevelPackageStore(join(folder, 'packages'), { reserveBytes: 4096 });
const register = await openRegisterFile(join(folder, 'register'));
let head = await register.read();
const last = (await store.packages(1, 100_000)).find((p) => head && Buffer.compare(createHash('sha256').update(p.sealed).digest(), head) === 0);
for (let n = (last?.n ?? 0) + 1; ; n++) {
  const sealed = new Uint8Array(500 + (n % 7) * 1000).fill(n % 251);
  sealed.set(head ?? new Uint8Array(32));
  await store.append({ n, sealed, archive: [{ order: n, ids: [`t${n}`], sealed: Uint8Array.of(n % 251) }] });
  const next = new Uint8Array(createHash('sha256').update(sealed).digest());
  await register.advance(head, next);
  head = next;
  process.stdout.write(`${n}\n`);
}
