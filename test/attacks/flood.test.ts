/**
 * A neighbour who floods a whole wallet (assurance rows 39, 40): hundreds of sockets that say nothing, streams from one new
 * identity after the other, announcements of wallets that do not exist. Contacts are served all the while, and neither host
 * nor vault grows without end. The carrier alone has the same in test/e2e/netns-carrier.test.ts.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { find, pair, send } from '../../cli/demo/story.ts';
import { ensureBuilt } from '../support/built.ts';
import { netnsAvailable } from '../support/netns.ts';
import { type NetnsWallets, createNetnsWallets } from '../support/netns-wallets.ts';
import { toldLines } from '../support/told-lines.ts';
import { type WalletProcess, balanceOf, meet, need, soon, vaultOf } from '../support/wallet-process.ts';

const missing = netnsAvailable();
if (missing) console.warn(`SKIPPED: flooding a wallet: ${missing}`);

const FLOOD = fileURLToPath(new URL('../support/flood-process.ts', import.meta.url));
/** A wallet that has just started grows by its own first work; a flood that was kept would be many times this. */
const MOST_GROWTH = 2;

describe.skipIf(missing !== null)('a wallet whose neighbour floods it', () => {
  let room: NetnsWallets;
  beforeAll(() => ensureBuilt('enclave'));
  beforeEach(async () => { room = await createNetnsWallets(3); });
  afterEach(() => room.tearDown());

  const residentOf = async (pid: number): Promise<number> => Number(/^VmRSS:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN);
  const memoryOf = async (wallet: WalletProcess) => ({ host: await residentOf(wallet.pid), vault: await residentOf((await vaultOf(wallet)) ?? NaN) });

  it.each(['half-open', 'streams', 'hints'])('with %s serves its contacts, old and back again, and stays small', async (mode) => {
    const [ada, ben] = await Promise.all([room.begin('Ada', 0), room.begin('Ben', 1)]);
    await find({ ada, ben }, true);
    await pair({ ada, ben });
    const { id: currency } = await need(ada.client['credits.createCurrency']({ code: 'GLD', decimals: 0, name: 'Gold' }));
    await need(ada.client['credits.issue']({ currency, amount: '100' }));
    await send(ada, ben, currency, 10n);
    const before = await memoryOf(ben);

    const [, , ip = '', , port = ''] = ben.addresses.find((address) => address.includes(room.host(1).address))?.split('/') ?? [];
    const bad = room.host(2);
    const flooder = bad.spawn(process.execPath, [FLOOD, mode, ip, port, ben.peerId, bad.address], { stdio: ['pipe', 'pipe', 'pipe'] });
    const told = await toldLines(flooder).next('flooding');

    for (let n = 0; n < 5; n += 1) await send(ada, ben, currency, 1n);
    await ada.kill();
    const again = await room.start(ada.folders, 0);
    await meet(again, ben);
    await send(again, ben, currency, 5n);
    expect([(await balanceOf(again, currency)).held, (await balanceOf(ben, currency)).held]).toEqual(['80', '20']);
    const after = await memoryOf(ben);
    console.log(`${mode}: ${JSON.stringify(told)}; host ${before.host} → ${after.host} kB, vault ${before.vault} → ${after.vault} kB`);
    expect(after.host / before.host).toBeLessThan(MOST_GROWTH);
    expect(after.vault / before.vault).toBeLessThan(MOST_GROWTH);
    expect(await need(ben.client['app.status']({}))).toMatchObject({ phase: 'running', restarts: 0 });
    // Once it is over somebody new can come, even from the same computer: nothing was used up for good.
    flooder.kill('SIGKILL');
    const eve = await room.begin('Eve', 2);
    await soon(ben, 'Eve', async () => ((await need(ben.client['people.strangers']({}))).some(({ instance }) => instance === eve.instance) ? true : null));
  });
});
