/** Native notifications: only while the window is not in front, only if the person wants them; a click opens the window. */
import { Notification as NativeNotification } from 'electron';

/** Notifications kept reachable for their click; the operating system shows fewer. */
const MAX_KEPT = 32;

const kept = new Set<NativeNotification>();

/** Shows one, where the desktop can. `title` and `body` are plain text to every desktop we know of. */
export function notify(title: string, body: string, onClick: () => void): void {
  if (!NativeNotification.isSupported()) return;
  const notification = new NativeNotification({ title, body });
  // Without a reference it would be collected, and its click lost with it.
  kept.add(notification);
  if (kept.size > MAX_KEPT) for (const oldest of kept) { kept.delete(oldest); break; }
  notification.on('click', () => { kept.delete(notification); onClick(); });
  notification.on('close', () => { kept.delete(notification); });
  notification.show();
}
