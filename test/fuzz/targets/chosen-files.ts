/** Files that a person chooses or drops, and what is said of a book before it is published: the window's checks agree with the host's. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { offeredFile } from '../../../main/desktop/rules/offered-file.ts';
import { FORMAT_BYTES, formatIn } from '../../../main/host/library/book-format.ts';
import { libraryHostContract } from '../../../protocol/contracts/library-host.contract.ts';
import { PositiveMinorSchema } from '../../../protocol/contracts/plain.ts';
import { CurrencyIdSchema } from '../../../protocol/identifiers.ts';
import { dayOf, dueOn, endOfDay } from '../../../renderer/features/library/loan-dates.ts';
import { type PublicationForm, faultsOf, newForm, wantedOf } from '../../../renderer/features/library/publication-form.ts';
import { troubleOf } from '../../../renderer/wallet/book-files.ts';
import { once, scratchFolder } from '../engine/scratch.ts';
import { ACCEPTED, type Target, bytesTarget, codeOf, mustHold, refusedWith, textTarget, valueTarget } from '../engine/target.ts';

const NO = refusedWith('no');
const NOW = Date.UTC(2027, 0, 5);

const dropped = once(() => {
  const folder = scratchFolder('dropped');
  for (const name of ['one.epub', 'two.PDF', 'three.txt']) writeFileSync(join(folder, name), 'x');
  mkdirSync(join(folder, 'folder.epub'));
  return Promise.resolve(folder);
});

const example = newForm({ title: '', author: '', language: '' });
/** What the form's fields can hold, whatever is typed: each always has its kind of value. */
const isForm = (value: unknown): value is PublicationForm => {
  const given = (value ?? {}) as Record<string, unknown>;
  const isKept = Object.entries(example).every(([field, shown]) => field === 'amount' || typeof given[field] === typeof shown);
  return isKept && (given['amount'] === null || (typeof given['amount'] === 'string' && PositiveMinorSchema.safeParse(given['amount']).success));
};

export const CHOSEN_FILE_TARGETS: readonly Target[] = [
  bytesTarget('chosen-file', {
    covers: ['renderer/wallet/book-files.ts', 'main/host/library/book-format.ts'],
    async run(bytes) {
      const trouble = await troubleOf(new Blob([bytes as Uint8Array<ArrayBuffer>]));
      mustHold(trouble.ok === (formatIn(bytes.subarray(0, FORMAT_BYTES)) !== null), 'page and host do not agree on what can be a book');
      return trouble.ok ? ACCEPTED : codeOf(trouble.failure, ['book_unreadable']);
    },
  }),
  valueTarget('offered-file', {
    covers: ['main/desktop/rules/offered-file.ts'], cost: 3,
    async run(raw) {
      const folder = await dropped();
      const found = await offeredFile(typeof raw === 'string' ? raw.replaceAll('FOLDER', folder) : raw);
      if ('trouble' in found) return NO;
      mustHold(isAbsolute(found.path) && /\.(epub|pdf)$/i.test(found.path), `a file that is no book: ${found.path}`);
      return ACCEPTED;
    },
  }),
  valueTarget('publication-form', {
    covers: ['renderer/features/library/publication-form.ts'], form: 'json', cost: 2,
    run(form) {
      if (!isForm(form) || (form.priced && !CurrencyIdSchema.safeParse(form.currency).success)) return NO;
      const faults = faultsOf(form);
      const taken = libraryHostContract['publishing.start'].input.safeParse({ file: 'ab'.repeat(16), ...wantedOf(form) });
      mustHold(faults.length > 0 || taken.success, `no fault was found, and the wallet does not take it: ${taken.error?.issues[0]?.path.join('.')} ${taken.error?.issues[0]?.message}`);
      return faults.length === 0 ? ACCEPTED : refusedWith(faults.join(' '));
    },
  }),
  textTarget('loan-day', {
    covers: ['renderer/features/library/loan-dates.ts'],
    run(day) {
      const end = endOfDay(day);
      const due = dueOn(day, NOW, 30);
      mustHold(due === null || (end !== null && due > NOW && due <= end), 'due on another day');
      if (end === null) return NO;
      mustHold(dayOf(end) === day, `${day} is taken for ${dayOf(end)}`);
      return ACCEPTED;
    },
  }),
];
