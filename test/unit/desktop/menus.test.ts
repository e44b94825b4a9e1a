/** Menus and words of the shell, as data. */
import { describe, expect, it, vi } from 'vitest';

vi.mock('electron', () => ({ Menu: {}, Tray: class {}, shell: {} }));
const { menuOf } = await import('../../../main/desktop/menu.ts');
const { trayMenuOf } = await import('../../../main/desktop/tray.ts');
const { textsFor, titleOf } = await import('../../../main/desktop/texts.ts');

type Item = ReturnType<typeof menuOf>[number];
const flat = (items: Item[]): Item[] => items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flat(item.submenu) : [])]);
const platforms = ['linux', 'win32', 'darwin'] as const;

describe('the menu', () => {
  it.each(platforms)('can zoom, edit and quit on %s, and cannot reload', (platform) => {
    const roles = flat(menuOf(textsFor('en', 'en'), platform, false)).map(({ role }) => role);
    expect(roles).toEqual(expect.arrayContaining(['zoomIn', 'zoomOut', 'resetZoom', 'copy', 'paste', 'quit', 'close']));
    for (const role of ['reload', 'forceReload', 'toggleDevTools']) expect(roles).not.toContain(role);
  });
  it('shows developer tools only to developers', () => {
    expect(flat(menuOf(textsFor('en', 'en'), 'linux', true)).map(({ role }) => role)).toContain('toggleDevTools');
  });
  it.each(platforms)('is wholly in the chosen language on %s', (platform) => {
    const labels = (language: 'en' | 'de') => flat(menuOf(textsFor(language, 'fr'), platform, true)).filter(({ type }) => type !== 'separator').map(({ label }) => label);
    const pairs = labels('en').map((label, at) => [label, labels('de')[at]]);
    for (const [en, de] of pairs) {
      expect(en).toMatch(/\w/);
      if (!['Tallystick', 'Services', 'Zoom'].includes(en ?? '')) expect(de).not.toBe(en);
    }
  });
});

describe('the tray', () => {
  const actions = { open: vi.fn(), setVisibility: vi.fn(), quit: vi.fn() };
  it('shows the visibility in force and changes it', () => {
    const items = flat(trayMenuOf(textsFor('en', 'en'), 'contacts', actions)).filter(({ type }) => type === 'radio');
    expect(items.map(({ checked }) => checked)).toEqual([false, true, false]);
    (items[2]?.click as () => void)();
    expect(actions.setVisibility).toHaveBeenCalledWith('hidden');
  });
  it('offers no choice while the host has not said which one is in force', () => {
    expect(flat(trayMenuOf(textsFor('de', 'de'), null, actions)).find(({ label }) => label === 'Sichtbarkeit')).toMatchObject({ enabled: false });
  });
});

describe('the shell\'s words', () => {
  it('follow the wallet, else the system, else are English', () => {
    expect(textsFor('de', 'en-US').quit).toBe('Tallystick beenden');
    expect(textsFor(null, 'de-AT').quit).toBe('Tallystick beenden');
    expect(textsFor(null, 'pt').quit).toBe('Quit Tallystick');
  });
  it('take a stranger\'s name as it is', () => {
    expect(titleOf(textsFor('en', 'en'), 'offer', '$& {name}')).toBe('$& {name} wants to give you something');
  });
});
