/**
 * The only bridge between the page and the host (design §4, §8): it forwards calls and notices and knows nothing else.
 * The contract is checked by the host, which trusts neither this file nor the page; the sender's frame is checked in
 * main/desktop/rules/ipc-sender.ts.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { CALL_CHANNEL, NOTICE_CHANNEL, OFFER_CHANNEL, type TallystickBridge } from '../protocol/bridge.ts';

const bridge: TallystickBridge = {
  call: (raw) => ipcRenderer.invoke(CALL_CHANNEL, raw),
  onNotice: (listener) => {
    // The event object would hand the page a way to send on any channel: only the notice passes.
    const forward = (_event: unknown, notice: unknown): void => listener(notice);
    ipcRenderer.on(NOTICE_CHANNEL, forward);
    return () => { ipcRenderer.off(NOTICE_CHANNEL, forward); };
  },
  // Only a file that the person dropped or chose has a path; one that the page made up has none.
  offerFile: async (file) => await ipcRenderer.invoke(OFFER_CHANNEL, webUtils.getPathForFile(file)),
};

contextBridge.exposeInMainWorld('tallystick', bridge);
