/** Who may call over IPC, case by case (assurance row 41); on a real Electron: test/attacks/electron-foreign-frames.test.ts. */
import { describe, expect, it } from 'vitest';
import { type Sender, senderTrouble } from '../../../main/desktop/rules/ipc-sender.ts';

type Window = NonNullable<Parameters<typeof senderTrouble>[1]>;

/** The parts of a window and its frames that the rule looks at. */
function surroundings({ origin = 'app://tallystick', destroyed = false } = {}) {
  const mainFrame = { origin, parent: null };
  const contents = { mainFrame };
  const window = { webContents: contents, isDestroyed: () => destroyed } as unknown as Window;
  const from = (sender: unknown, senderFrame: unknown): Sender => ({ sender, senderFrame }) as unknown as Sender;
  return { window, contents, mainFrame, from };
}

describe('the sender of a call', () => {
  it('is accepted as the main frame of our window on our origin', () => {
    const { window, contents, mainFrame, from } = surroundings();
    expect(senderTrouble(from(contents, mainFrame), window)).toBeNull();
  });
  it('is refused as a frame inside our window, even on our origin', () => {
    const { window, contents, mainFrame, from } = surroundings();
    expect(senderTrouble(from(contents, { origin: 'app://tallystick', parent: mainFrame }), window)).toBe('a frame inside the window');
  });
  it('is refused on any other origin', () => {
    for (const origin of ['null', 'https://tallystick', 'app://tallystick.example', 'app://elsewhere', 'file://', '']) {
      const { window, contents, mainFrame, from } = surroundings({ origin });
      expect(senderTrouble(from(contents, mainFrame), window)).toBe(`the origin ${origin}`);
    }
  });
  it('is refused as another window, and while there is no window', () => {
    const { window, mainFrame, contents, from } = surroundings();
    expect(senderTrouble(from({ mainFrame }, mainFrame), window)).toBe('another window');
    expect(senderTrouble(from(contents, mainFrame), null)).toBe('another window');
    expect(senderTrouble(from(contents, mainFrame), surroundings({ destroyed: true }).window)).toBe('another window');
  });
  it('is refused when its frame is gone', () => {
    const { window, contents, from } = surroundings();
    expect(senderTrouble(from(contents, null), window)).toBe('a frame that is gone');
  });
});
