/**
 * libp2p 3 calls `Promise.withResolvers` (ES2024). Electron 33 and Node 22 have it, Node 20 alone does not. Imported
 * for its effect before anything of libp2p runs; adds the function only where it is missing.
 */
if (typeof Promise.withResolvers !== 'function') {
  Object.defineProperty(Promise, 'withResolvers', {
    configurable: true,
    writable: true,
    value<T>(): PromiseWithResolvers<T> {
      let resolve!: PromiseWithResolvers<T>['resolve'];
      let reject!: PromiseWithResolvers<T>['reject'];
      const promise = new Promise<T>((yes, no) => {
        resolve = yes;
        reject = no;
      });
      return { promise, resolve, reject };
    },
  });
}
