/** Starts the interface: finds the wallet, then mounts the app. */
import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/source-serif-4/opsz.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import { z } from 'zod';
import App from './app.vue';
import { createMessages, pickLanguage } from './i18n/i18n.ts';
import { createAppRouter } from './router.ts';
import { carrierOf } from './wallet/carrier.ts';
import { WALLET_LINK, createWalletLink } from './wallet/link.ts';

// The page's policy forbids code from text; the schema library would try it for speed.
z.config({ jitless: true });

// A file that is dropped where nothing takes it, such as on the very first screen, would take the place of the page.
for (const type of ['dragover', 'drop'] as const) window.addEventListener(type, (event) => { if (event.dataTransfer?.types.includes('Files')) event.preventDefault(); });

const app = createApp(App);
app.provide(WALLET_LINK, createWalletLink(carrierOf(window)));
app.use(createPinia());
app.use(createMessages(pickLanguage(null, navigator.languages)));
app.use(createAppRouter());
app.mount('#app');
