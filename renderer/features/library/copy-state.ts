/** What there is to say of a copy at a glance, most urgent first. Keys below `library.said`; colour only repeats the words. */
import type { LicenceView } from '../../../protocol/contracts/library.views.ts';
import type { IconName } from '../../ui/icon-paths.ts';
import type { ShelfBook } from './shelf-books.ts';

export interface Said {
  readonly key: string;
  readonly look: 'quiet' | 'open' | 'urgent';
  readonly icon: IconName;
  /** A time that the words name. */
  readonly at: number | null;
  readonly name: string | null;
  readonly count: number;
}

const said = (key: string, look: Said['look'], icon: IconName, { at = null, name = null, count = 1 }: Partial<Pick<Said, 'at' | 'name' | 'count'>> = {}): Said => ({ key, look, icon, at, name, count });

export function saidOf({ copy, count, offeredTo }: ShelfBook): Said[] {
  return [...aboutState(copy, count, offeredTo), ...aboutLoan(copy)].toSorted((a, b) => Number(b.look === 'urgent') - Number(a.look === 'urgent'));
}

function aboutState({ state, contactName: name, due, overdue }: LicenceView, count: number, offeredTo: string | null): Said[] {
  switch (state) {
    case 'held': return offeredTo !== null ? [said('offered', 'open', 'clock', { name: offeredTo })] : count > 1 ? [said('copies', 'quiet', 'books', { count })] : [];
    case 'in-transit': return [said('transit', 'open', 'send', { name })];
    case 'lent': return [overdue ? said('lentOver', 'urgent', 'warning', { name, at: due }) : due === null ? said('lent', 'open', 'send', { name }) : said('lentUntil', 'open', 'send', { name, at: due })];
    case 'borrowed': return [overdue ? said('over', 'urgent', 'warning', { name, at: due }) : due === null ? said('borrowed', 'open', 'request', { name }) : said('borrowedUntil', 'open', 'request', { name, at: due })];
  }
}

function aboutLoan({ state, contactName: name, recalled, asked }: LicenceView): Said[] {
  if (state !== 'lent' && state !== 'borrowed') return [];
  return [
    ...(recalled ? [said(state === 'borrowed' ? 'wantedBack' : 'askedBack', state === 'borrowed' ? 'urgent' : 'quiet', 'info', { name })] : []),
    ...(asked === null ? [] : [said(state === 'borrowed' ? 'askedLonger' : 'asksLonger', state === 'lent' ? 'urgent' : 'quiet', 'clock', { name, at: asked })]),
  ];
}
