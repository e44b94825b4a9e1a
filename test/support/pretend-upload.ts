/** A browser's way of sending a file, without a browser: a request says what it was, and does what it is told to. */

export class PretendUpload extends EventTarget {
  static readonly made: PretendUpload[] = [];
  /** What becomes of one as soon as it is sent. */
  static then: (upload: PretendUpload) => void = () => undefined;
  readonly upload = new EventTarget();
  sent: readonly [method: string, url: string, body: Blob] | null = null;
  stopped = false;
  responseText = '';
  #to: readonly [string, string] = ['', ''];

  open(method: string, url: string): void {
    this.#to = [method, url];
  }
  send(body: Blob): void {
    this.sent = [...this.#to, body];
    PretendUpload.made.push(this);
    PretendUpload.then(this);
  }
  abort(): void {
    this.stopped = true;
    this.dispatchEvent(new Event('abort'));
  }
  comesTo(loaded: number, total: number): void {
    this.upload.dispatchEvent(Object.assign(new Event('progress'), { loaded, total }));
    if (loaded === total) this.upload.dispatchEvent(new Event('load'));
  }
  isAnswered(body: unknown): void {
    this.responseText = typeof body === 'string' ? body : JSON.stringify(body);
    this.dispatchEvent(new Event('load'));
  }
  breaks(): void {
    this.dispatchEvent(new Event('error'));
  }
}
