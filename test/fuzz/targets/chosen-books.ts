/** Books on their way to be published: what a window names, what a browser sends, what a person types of them, and what the page hears. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { offeredFile } from '../../../main/desktop/rules/offered-file.ts';
import { FORMAT_BYTES, formatIn } from '../../../main/host/library/book-format.ts';
import { OfferedFiles } from '../../../main/host/library/offered-files.ts';
import { libraryHostContract } from '../../../protocol/contracts/library-host.contract.ts';
import { Refusal } from '../../../protocol/errors.ts';
import { dayOf, endOfDay } from '../../../renderer/features/library/loan-dates.ts';
import { type PublicationForm, faultsOf, newForm, wantedOf } from '../../../renderer/features/library/publication-form.ts';
import { fromPerson, troubleOf } from '../../../renderer/wallet/book-files.ts';
import { PretendUpload } from '../../support/pretend-upload.ts';
import { once, scratchFolder } from '../engine/scratch.ts';
import { ACCEPTED, type Target, bytesTarget, codeOf, mustHold, refusedWith, sameBytes, textTarget, valueTarget, verdictOf } from '../engine/target.ts';

const shelf = once(() => {
  const folder = scratchFolder('offered');
  for (const name of ['a book.epub', 'B.PDF', 'secret.txt']) writeFileSync(join(folder, name), name);
  return Promise.resolve(folder);
});
const incoming = once(async () => {
  const folder = scratchFolder('incoming');
  return { folder, files: await OfferedFiles.open(folder) };
});
const TOKEN = 'ab'.repeat(16);
const EMPTY = newForm({ title: '', author: '', language: '' });

/** What a page can hold of a form: the fields that there are, each of its own kind. */
const isForm = (value: unknown): value is PublicationForm => typeof value === 'object' && value !== null
  && Object.entries(EMPTY).every(([name, empty]) => typeof (value as Record<string, unknown>)[name] === (name === 'amount' ? 'string' : typeof empty));

async function* inTwo(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes.subarray(0, bytes.length >> 1);
  yield bytes.subarray(bytes.length >> 1);
}

export const CHOSEN_BOOK_TARGETS: readonly Target[] = [
  textTarget('offered-path', {
    covers: ['main/desktop/rules/offered-file.ts'], cost: 4,
    async run(text) {
      const folder = await shelf();
      const found = await offeredFile(text.replaceAll('FOLDER', folder));
      if ('trouble' in found) return refusedWith('refused');
      mustHold(isAbsolute(found.path) && /\.(epub|pdf)$/i.test(found.path), 'no book was taken for one');
      return ACCEPTED;
    },
  }),
  bytesTarget('chosen-file', {
    covers: ['renderer/wallet/book-files.ts', 'main/host/library/book-format.ts'],
    async run(bytes) {
      const trouble = await troubleOf(new Blob([bytes as Uint8Array<ArrayBuffer>]));
      mustHold(trouble.ok === (formatIn(bytes.subarray(0, FORMAT_BYTES)) !== null), 'page and host do not agree on what can be a book');
      return verdictOf(trouble, ['book_unreadable']);
    },
  }),
  bytesTarget('sent-file', {
    covers: ['main/host/library/offered-files.ts', 'main/host/library/book-format.ts'], cost: 20,
    async run(bytes) {
      const { folder, files } = await incoming();
      try {
        const token = await files.receive('a book', inTwo(bytes));
        mustHold(sameBytes(readFileSync(files.get(token).path), bytes), 'another file was kept');
        await files.forget(token);
        return ACCEPTED;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return codeOf(error.failure, ['book_unreadable']);
      } finally {
        mustHold(readdirSync(folder).length === 0, 'something stayed behind');
      }
    },
  }),
  textTarget('typed-day', {
    covers: ['renderer/features/library/loan-dates.ts'],
    run(text) {
      const end = endOfDay(text);
      if (end === null) return refusedWith('no day');
      mustHold(dayOf(end) === text, 'another day');
      return ACCEPTED;
    },
  }),
  valueTarget('publication-form', {
    covers: ['renderer/features/library/publication-form.ts'], form: 'json',
    run(value) {
      if (!isForm(value)) return refusedWith('no form');
      const faults = faultsOf(value);
      if (faults.length > 0) return refusedWith('faults');
      // Amount, currency and cover come from fields that check them.
      const { price, ...wanted } = wantedOf(value);
      mustHold(libraryHostContract['publishing.start'].input.safeParse({ file: TOKEN, ...wanted, price: null, cover: { from: 'book' } }).success, 'a form without faults that the wallet does not take');
      mustHold((price === null) === !value.priced, 'a price that nobody asked, or none that was asked');
      return ACCEPTED;
    },
  }),
  valueTarget('file-answer', {
    covers: ['renderer/wallet/book-files.ts', 'renderer/wallet/file-upload.ts'],
    async run(raw) {
      // Over the app's bridge, and as text from the host that served the page.
      PretendUpload.then = (upload) => upload.isAnswered(raw);
      Object.assign(globalThis, { XMLHttpRequest: PretendUpload, window: {} });
      const bring = () => fromPerson(new File(['%PDF-1.7'], 'a.pdf')).bring();
      try {
        verdictOf(await bring());
        Object.assign(globalThis, { window: { tallystick: { offerFile: () => Promise.resolve(raw) } } });
        return verdictOf(await bring());
      } finally {
        PretendUpload.made.length = 0;
        for (const name of ['window', 'XMLHttpRequest']) Reflect.deleteProperty(globalThis, name);
      }
    },
  }),
];
