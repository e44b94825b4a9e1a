/**
 * A file on its way from the browser to be published: its bytes as the body of a POST, its name in the query (design §8,
 * assurance row 49). Who may send is the guard's word; what becomes of the bytes, the host's. Answers with a Result in JSON.
 *
 * A sender that is refused is read to the end of what it announced, within the limit, because a browser that is cut off
 * while it still sends does not show the answer.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OfferReply } from '../../../protocol/contracts/library-host.contract.ts';
import { type ErrorCode, Refusal, fail, ok } from '../../../protocol/errors.ts';
import { MAX_PUBLICATION_BYTES } from '../../../protocol/limits.ts';
import type { ReceiveFile } from '../library/offered-files.ts';

export const UPLOAD_PATH = '/files';

/** On loopback bytes come without pauses; a browser that sleeps has to send again. */
const UPLOAD_IDLE_MS = 20_000;

/** The page sends one file after another; two pages may do so. */
const MAX_UPLOADS_AT_ONCE = 2;

export type Answer = (response: ServerResponse, status: number, result: OfferReply, close: boolean) => void;
/** @param arrived is told the name by which the contract knows the file, before its sender is */
export type Upload = (request: IncomingMessage, response: ServerResponse, name: string, arrived: (file: string) => void) => Promise<void>;

const STATUS: Partial<Record<ErrorCode, number>> = { busy: 503, book_too_large: 413, book_unreadable: 415, picture_unreadable: 415, disk_full: 507, internal: 500 };

export function createUploads(receive: ReceiveFile, answer: Answer, idleMs = UPLOAD_IDLE_MS): Upload {
  let underWay = 0;
  return async (request, response, name, arrived) => {
    const reply = (result: OfferReply, close = false): void => { if (!response.destroyed) answer(response, result.ok ? 201 : STATUS[result.failure.code] ?? 400, result, close); };
    const announced = Number(request.headers['content-length'] ?? Number.NaN);
    if (!Number.isSafeInteger(announced)) return reply(fail('bad_input', 'The length of the file is not said.'), true);
    if (announced > MAX_PUBLICATION_BYTES) return reply(fail('book_too_large', 'The file is too large to be published.'), true);
    if (underWay >= MAX_UPLOADS_AT_ONCE) return reply(fail('busy', 'Other files are being sent. Try again when they are there.'), true);
    underWay += 1;
    request.setTimeout(idleMs, () => request.destroy());
    try {
      const file = await receive(name, request.iterator({ destroyOnReturn: false }), { size: announced, isThere: () => !request.socket.destroyed });
      arrived(file);
      reply(ok({ file }));
    } catch (error) {
      const { failure } = error instanceof Refusal ? error : fail('internal', 'The file did not arrive.');
      await drain(request);
      reply({ ok: false, failure });
    } finally {
      underWay -= 1;
    }
  };
}

async function drain(request: IncomingMessage): Promise<void> {
  try {
    for await (const chunk of request) void chunk;
  } catch {
    // Cut off: there is nobody to answer.
  }
}
