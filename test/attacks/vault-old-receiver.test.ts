/**
 * An old copy of a receiver is started again (assurance row 29): from before it took a commit, and that commit is said to it
 * once more. It stops before it takes anything; without its secrets it is a new instance, to which the commit means nothing.
 */
import { creditsAmong } from '../support/credits-among.ts';
import { describe, expect, it } from 'vitest';
import { MemoryHost } from '../support/memory-host.ts';
import { amounts } from '../support/outcome.ts';
import { credit, laneFrames, RawContact } from '../support/raw-contact.ts';

const ID = 'ab'.repeat(16);

/** Ada, who has got 5 of her own credits back from Mallory; her disk from before that, and the commit that brought them. */
async function paid(seed: string) {
  const ada = new MemoryHost('Ada', seed);
  await ada.boot(true);
  const { id: tea } = await ada.must('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
  await ada.must('credits.issue', { currency: tea, amount: '100' });
  const mallory = await RawContact.of(ada, 'Mallory', seed);
  const sent = await ada.must('transfers.send', { contact: mallory.identity.instance, currency: tea, amount: '30' });
  await mallory.peer.settle();
  const wire = creditsAmong(mallory.peer.heard.find((message) => message.type === 'offer')!.give)[0]!.currency;
  expect(laneFrames(await mallory.say({ type: 'accept', id: sent.id }))).toHaveLength(1);
  await mallory.sayFrame(mallory.answer('ack', 1, { take: [] }));
  await ada.must('people.setRule', { contact: mallory.identity.instance, rule: { mode: 'auto', upTo: [{ currency: tea, amount: '5' }] } });
  const before = ada.save();
  const commit = mallory.commit(1, { id: ID, give: [credit(wire, 5)] });
  expect(await mallory.sayFrame(commit)).toHaveLength(1);
  expect((await amounts([ada])).get(tea)?.exists).toBe(75n);
  return { ada, mallory, tea, before, commit };
}

describe('an old copy of a receiver', () => {
  it('that meets somebody who remembers stops before it takes the commit again, though both come at once', async () => {
    const { ada, mallory, before, commit } = await paid('old receiver');
    // At this meeting Ada tells her newest position, as at each.
    const [hers] = (await mallory.reconnect()).filter((message) => message.type === 'resume');
    expect(hers?.position.n).toBe(ada.store.snapshot().packages.size);
    const old = new MemoryHost('Ada', 'old receiver again', before);
    await old.boot();
    expect(old.fault).toBeNull();
    const packages = old.store.snapshot().packages.size;
    const meeting = await mallory.elsewhere(old);
    await meeting.say(mallory.resume({ witnessed: hers!.position }), { type: 'lane-frames', frames: [commit] });
    expect(old.fault?.code).toBe('rollback_detected');
    // One package more, which holds why it stopped, and no answer to anything.
    expect(old.store.snapshot().packages.size).toBe(packages + 1);
    expect(laneFrames(meeting.heard)).toEqual([]);
    // Started again, it stays stopped.
    old.crash();
    await old.boot();
    expect(old.fault?.code).toBe('rollback_detected');
  });

  it('without its secret and its register is a new instance, and the commit is not for that one', async () => {
    const { ada, mallory, commit } = await paid('new identity');
    const anew = new MemoryHost('Ada', 'new identity again');
    await anew.boot(true);
    expect(anew.instance).not.toBe(ada.instance);
    const there = await RawContact.of(anew, 'Mallory', 'new identity');
    expect(there.identity.instance).toBe(mallory.identity.instance);
    const packages = anew.store.snapshot().packages.size;
    expect(await there.sayFrame(commit)).toEqual([]);
    expect(anew.store.snapshot().packages.size).toBe(packages);
    expect(await anew.must('credits.balances', {})).toEqual([]);
  });
});
