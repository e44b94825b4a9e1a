/** `tallystick accept`, `decline`, `cancel`, `write-off`, `transfers`: what becomes of transfers and requests. */
import type { Command } from 'commander';
import { EXIT, Refusal } from '../../protocol/errors.ts';
import type { RequestView, TransferView } from '../../protocol/contracts/views.ts';
import { PIN_OPTION, addCommand, withSession } from '../command.ts';
import { withPin } from '../pin.ts';
import { requestLine, requestWords, transferLine, transferWords } from '../present.ts';
import { askYes, canAsk } from '../prompt.ts';
import { resolveId } from '../resolve-id.ts';
import { type Session, need } from '../session.ts';
import { FOLLOW_OPTIONS, type SendOptions, linger, tell } from './send.ts';

type Found = { id: string; transfer: TransferView; request?: never } | { id: string; request: RequestView; transfer?: never };

/** An unfinished transfer or request by its id or the beginning of one. @throws Refusal also `wrong_state` if it has ended */
async function find(session: Session, text: string): Promise<Found> {
  const { client } = session;
  const transfers = (await need(client['transfers.pending']({}))).map((transfer): Found => ({ id: transfer.id, transfer }));
  const requests = (await need(client['requests.list']({}))).map((request): Found => ({ id: request.id, request }));
  const open = requests.filter(({ request }) => request?.state === 'open');
  try {
    return resolveId(text, [...transfers, ...open]);
  } catch (error) {
    if (!(error instanceof Refusal) || error.failure.code !== 'unknown_transfer') throw error;
  }
  const id = text.trim().toLowerCase();
  const closed = requests.filter(({ request }) => request?.state !== 'open');
  const whole = id.length === WHOLE_ID_CHARS && !closed.some((request) => request.id === id);
  const ended = whole ? [await need(client['transfers.get']({ id }))] : await newestFinished(session, LOOKED_THROUGH);
  const { transfer, request } = resolveId(text, [...closed, ...ended.map((one): Found => ({ id: one.id, transfer: one }))]);
  throw new Refusal('wrong_state', transfer ? `This transfer is ${transfer.state.replace('-', ' ')} already.` : `This request is ${request.state} already.`);
}

const WHOLE_ID_CHARS = 32;

/** So many finished transfers are looked through for the beginning of an id: who answers late still sees them in `transfers`. */
const LOOKED_THROUGH = 500;

/** MAX_PAGE_ITEMS of the contract is 200; smaller pages keep a reply small. */
const PAGE = 100;

async function newestFinished({ client }: Session, atMost: number): Promise<TransferView[]> {
  const finished: TransferView[] = [];
  for (let cursor: number | null = null, more = true; more;) {
    const page: { items: TransferView[]; cursor: number | null } = await need(client['transfers.history']({ cursor, limit: Math.min(atMost - finished.length, PAGE) }));
    finished.push(...page.items);
    cursor = page.cursor;
    more = cursor !== null && page.items.length > 0 && finished.length < atMost;
  }
  return finished;
}

export function answerCommands(program: Command): void {
  addCommand<SendOptions>(program, 'accept <id>', {
    about: 'accept an offer, or pay a request',
    options: [['--memo <text>', 'when paying a request: a note'], ...FOLLOW_OPTIONS, PIN_OPTION],
    run: (call) => withSession(call, { network: true }, async (session) => {
      const { transfer, request } = await find(session, call.args[0] ?? '');
      if (transfer) return tell(call, session, await withPin(call.options, (pin) => session.client['transfers.accept']({ id: transfer.id, ...pin })));
      if (request.direction === 'out') throw new Refusal('wrong_state', 'This is your own request; they accept it. You may cancel it.');
      return tell(call, session, await withPin(call.options, (pin) => session.client['transfers.send']({
        contact: request.contact, currency: request.currency.id, amount: request.amount, memo: call.options.memo ?? request.memo, request: request.id, ...pin,
      })));
    }),
  });
  for (const [verb, about] of [['decline', 'refuse an offer or a request'], ['cancel', 'withdraw an offer or request of yours, before it is accepted']] as const) {
    addCommand<object>(program, `${verb} <id>`, {
      about,
      run: (call) => withSession(call, { network: true }, async (session) => {
        const { transfer, request } = await find(session, call.args[0] ?? '');
        if (transfer) {
          const after = await need(session.client[`transfers.${verb}`]({ id: transfer.id }));
          if (!session.shell) await linger(session, transfer.contact);
          call.output.result(transferLine(after), transferWords(after));
        } else {
          const after = await need(session.client[`requests.${verb}`]({ id: request.id }));
          if (!session.shell) await linger(session, request.contact);
          call.output.result(requestLine(after), requestWords(after));
        }
      }),
    });
  }
  addCommand<{ yes?: boolean }>(program, 'write-off <id>', {
    about: 'give up what is in transit to a wallet that is gone for good',
    options: [['--yes', 'do not ask']],
    more: 'Nothing comes back: what was in transit is gone, as with cash. If the other wallet turns up again, it still gets it.',
    run: (call) => withSession(call, { network: false }, async (session) => {
      const { transfer } = await find(session, call.args[0] ?? '');
      if (!transfer) throw new Refusal('wrong_state', 'This is a request; cancel it instead.');
      if (!call.options.yes && !(canAsk() && (await askYes(`${transferWords(transfer)}\nGive it up? It will not come back.`)))) throw new Refusal('declined', 'Nothing was changed. Scripts say --yes.');
      const after = await need(session.client['transfers.writeOff']({ id: transfer.id }));
      call.output.result(transferLine(after), transferWords(after));
    }),
  });
  addCommand<{ pending?: boolean; limit?: string }>(program, 'transfers', {
    about: 'transfers and requests: the unfinished ones first, then the newest',
    options: [['--pending', 'only the unfinished ones'], ['--limit <count>', 'at most so many finished ones (50)']],
    run: (call) => withSession(call, { network: false }, async (session) => {
      const { client } = session;
      const limit = call.options.limit ?? '50';
      if (!/^[1-9][0-9]{0,5}$/.test(limit)) throw new Refusal('bad_input', '--limit is a number from 1.');
      const pending = await need(client['transfers.pending']({}));
      const requests = (await need(client['requests.list']({}))).filter(({ state }) => state === 'open' || !call.options.pending);
      const finished = call.options.pending ? [] : await newestFinished(session, Number(limit));
      call.output.result(
        [...pending.map(transferLine), ...requests.map(requestLine), ...finished.map(transferLine)],
        [...pending.map(transferWords), ...requests.map(requestWords), ...finished.map(transferWords)].join('\n') || 'None.',
      );
      return EXIT.done;
    }),
  });
}
