/**
 * A contact that says thousands of things at random, true, false and out of place, while a person sends, accepts,
 * cancels and writes off (assurance rows 20–23, 28, 38). The vault never stops, its books stay whole through restarts,
 * and no more leaves it than its person agreed to. `FUZZ_SEED=…` runs a failure again.
 */
import { creditsAmong } from '../support/credits-among.ts';
import { describe, expect, it } from 'vitest';
import type { CurrencyId, RequestId, TransferId } from '../../protocol/identifiers.ts';
import type { Message, WireCredit } from '../../protocol/messages.codec.ts';
import { chance } from '../support/chance.ts';
import { MemoryHost } from '../support/memory-host.ts';
import { credit, descriptor, idOf, laneFrames, RawContact } from '../support/raw-contact.ts';
import { rawIdentity } from '../support/raw-peer.ts';

const STEPS = 2500;
/** Steps between restarts. */
const RESTART = 125;

describe('a contact that says anything', () => {
  it('gains nothing and breaks nothing', async () => {
    const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
    console.log(`FUZZ_SEED=${seed}`);
    const { below, of } = chance(seed);
    const ada = new MemoryHost('Ada', `fuzz ${seed}`);
    await ada.boot(true);
    const { id: tea } = await ada.must('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
    await ada.must('credits.issue', { currency: tea, amount: '1000' });
    const mallory = await RawContact.of(ada, 'Mallory', `fuzz ${seed}`);
    const contact = mallory.identity.instance;
    await ada.must('transfers.send', { contact, currency: tea, amount: '1' });
    await mallory.peer.settle();
    const wire = creditsAmong(mallory.peer.heard.find((message) => message.type === 'offer')!.give).at(0)!.currency;
    const currencies = [wire, wire, wire, descriptor(mallory.identity, 'BAD'), descriptor(rawIdentity('Third', 'fuzz'), 'OTH'), { ...wire, name: 'Gold' }];
    let agreed = 1n;
    const ids = new Set<string>(['ab'.repeat(16), 'cd'.repeat(16), 'ef'.repeat(16)]);
    const frames: Uint8Array[] = [];
    let seq = 1;

    const id = (): string => of([...ids].slice(-12));
    const asset = (): WireCredit => credit(of(currencies), of([1, 2, 3, 5, 20, 500, '9223372036854775807']));
    const assets = (): WireCredit[] => Array.from({ length: below(3) }, asset);
    const terms = () => ({ id: id(), give: assets(), take: of([[], [], assets()]), memo: of(['', 'hello']), purpose: of(['payment', 'payment', 'redemption'] as const), ...(below(4) ? {} : { request: id() }) });
    const laneFrame = (): Uint8Array => {
      const kind = below(5);
      if (kind === 0 && frames.length > 0) return of(frames);
      if (kind === 1) return mallory.answer('ack', 1 + below(12), { take: of([[], assets()]) });
      if (kind === 2) return mallory.answer('nack', 1 + below(12), { reason: 'no' });
      const at = below(6) ? seq++ : 1 + below(seq + 5);
      return mallory.commit(at, { ...terms(), closedUpTo: below(5) ? 0 : below(at + 2) });
    };
    const remember = (frame: Uint8Array): Uint8Array => {
      frames.push(frame);
      if (frames.length > 200) frames.shift();
      return frame;
    };
    const sayings: (() => Message)[] = [
      () => ({ type: 'offer', ...terms() }), () => ({ type: 'offer', ...terms() }), () => ({ type: 'accept', id: id() }), () => ({ type: 'accept', id: id() }),
      () => ({ type: 'decline', id: id(), reason: 'no' }), () => ({ type: 'withdraw', id: id() }),
      () => ({ type: 'lane-frames', frames: [remember(laneFrame())] }), () => ({ type: 'lane-frames', frames: [remember(laneFrame())] }), () => ({ type: 'lane-frames', frames: [remember(laneFrame())] }),
      () => ({ type: 'request', id: id(), asset: asset(), memo: '' }), () => ({ type: 'request-decline', id: id() }), () => ({ type: 'request-cancel', id: id() }),
      () => ({ type: 'rule', rule: below(2) ? [] : [{ currency: tea, upTo: '3' }] }),
      () => mallory.resume({ transfers: [id()], requests: [id()], closed: [{ lane: of([mallory.laneOut.id, mallory.laneIn.id]), upTo: below(8) }] }),
      () => ({ type: 'pair-request', commitment: new Uint8Array(32) }), () => ({ type: 'pair-abort', reason: '' }), () => ({ type: 'lane-open', sourceKey: mallory.random(32), nonce: mallory.random(32) }),
    ];
    const person: (() => Promise<unknown>)[] = [
      async () => {
        const amount = 1 + below(4);
        const sent = await ada.call('transfers.send', { contact, currency: tea, amount: String(amount) });
        if (sent.ok) agreed += BigInt(amount);
      },
      async () => {
        const pending = (await ada.must('transfers.pending', {})).filter(({ direction, state }) => direction === 'in' && state === 'offered');
        if (pending.length === 0) return;
        const offer = of(pending);
        const accepted = await ada.call('transfers.accept', { id: offer.id });
        if (accepted.ok) for (const { currency, amount } of creditsAmong(offer.take)) if (currency.id === tea) agreed += BigInt(amount);
      },
      () => ada.call(of(['transfers.cancel', 'transfers.writeOff', 'transfers.decline'] as const), { id: id() as TransferId }),
      () => ada.call('requests.create', { contact, currency: tea, amount: '2' }),
      () => ada.call('requests.decline', { id: id() as RequestId }),
      () => ada.call('people.setRule', { contact, rule: below(2) ? { mode: 'ask' } : { mode: 'auto', upTo: [{ currency: of([tea, idOf(currencies[3]!)]), amount: '4' }] } }),
    ];

    for (let step = 1; step <= STEPS; step++) {
      if (mallory.peer.hungUp) await mallory.reconnect({ transfers: [...ids].slice(-12) });
      if (mallory.peer.hungUp) continue;
      if (below(5) === 0) await of(person)();
      else await mallory.say(of(sayings)());
      for (const heard of mallory.peer.heard.splice(0)) {
        if ('id' in heard) ids.add(heard.id);
        for (const frame of laneFrames([heard])) frames.push(frame);
      }
      if (below(8) === 0) ids.add(Buffer.from(mallory.random(16)).toString('hex'));
      expect(ada.fault, `step ${step}`).toBeNull();
      if (step % RESTART === 0) {
        // Whatever is in the books adds up, or the vault would not start.
        ada.crash();
        await ada.boot();
        expect(ada.fault, `restart at step ${step}`).toBeNull();
        mallory.peer.hungUp = { code: 'crashed' };
      }
      const book = (await ada.must('credits.balances', {})).find(({ currency }) => currency.id === (tea as CurrencyId))!;
      const [out, back] = [BigInt(book.sent) + BigInt(book.inTransit) + BigInt(book.writtenOff), BigInt(book.received)];
      expect(out <= agreed, `step ${step}: ${out} left, ${agreed} were agreed to`).toBe(true);
      expect(back <= out, `step ${step}: no more came back than left`).toBe(true);
      expect(BigInt(book.held) + BigInt(book.redeemed) + out - back, `step ${step}`).toBe(1000n);
    }
    const { items } = await ada.must('transfers.history', { limit: 200 });
    const endings = new Map<string, number>();
    for (const { direction, state } of items) endings.set(`${direction} ${state}`, (endings.get(`${direction} ${state}`) ?? 0) + 1);
    console.log(`${STEPS} steps; the last 200 transfers ended ${JSON.stringify(Object.fromEntries(endings))}`);
    // The story was not an empty one.
    expect(endings.size).toBeGreaterThan(3);
  });
});
