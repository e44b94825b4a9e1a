/**
 * The screens and their addresses. The address is kept behind a `#`, so that the same files work from `app://`, from a
 * local web server and from a folder. No address does anything by itself: it only shows a screen (design §8).
 */
import { type RouteParams, type RouteRecordRaw, createRouter, createWebHashHistory } from 'vue-router';
import ActivityScreen from './features/activity/activity-screen.vue';
import BooksScreen from './features/currencies/books-screen.vue';
import CurrenciesScreen from './features/currencies/currencies-screen.vue';
import NewCurrencyScreen from './features/currencies/new-currency-screen.vue';
import HomeScreen from './features/home/home-screen.vue';
import BookScreen from './features/library/book-screen.vue';
import HandOverScreen from './features/library/hand-over-screen.vue';
import LibraryScreen from './features/library/library-screen.vue';
import AddPersonScreen from './features/people/add-person-screen.vue';
import PeopleScreen from './features/people/people-screen.vue';
import PersonScreen from './features/people/person-screen.vue';
import ReadingScreen from './features/reading/reading-screen.vue';
import SendScreen from './features/send/send-screen.vue';
import TransferScreen from './features/send/transfer-screen.vue';
import SettingsScreen from './features/settings/settings-screen.vue';
import NotFoundScreen from './features/shell/not-found-screen.vue';

declare module 'vue-router' {
  interface RouteMeta { /** Message key of the window's title. */ title: string; /** Has the window to itself: no navigation, and keys of its own. */ whole?: boolean }
}

/** A licence's name has two parts, and so has its address. */
const licenceIn = (params: RouteParams): string => `${String(params['publication'])}/${String(params['copy'])}`;

const routes: RouteRecordRaw[] = [
  { path: '/', component: HomeScreen, meta: { title: 'shell.home' } },
  { path: '/send', component: SendScreen, props: { mode: 'send' }, meta: { title: 'shell.send' } },
  { path: '/request', component: SendScreen, props: { mode: 'request' }, meta: { title: 'shell.request' } },
  { path: '/transfer/:id', component: TransferScreen, props: true, meta: { title: 'send.transfer' } },
  { path: '/people', component: PeopleScreen, meta: { title: 'shell.people' } },
  { path: '/people/add', component: AddPersonScreen, meta: { title: 'people.add' } },
  { path: '/people/:instance', component: PersonScreen, props: true, meta: { title: 'shell.people' } },
  { path: '/library', component: LibraryScreen, meta: { title: 'shell.library' } },
  { path: '/library/:publication/:copy', component: BookScreen, props: ({ params }) => ({ id: licenceIn(params) }), meta: { title: 'shell.library' } },
  { path: '/library/:publication/:copy/:deed(lend|give|sell)', component: HandOverScreen, props: ({ params }) => ({ id: licenceIn(params), deed: params['deed'] }), meta: { title: 'shell.library' } },
  { path: '/activity/:id?', component: ActivityScreen, props: true, meta: { title: 'shell.activity' } },
  { path: '/currencies', component: CurrenciesScreen, meta: { title: 'shell.currencies' } },
  { path: '/currencies/new', component: NewCurrencyScreen, meta: { title: 'currencies.make' } },
  { path: '/currencies/:id', component: BooksScreen, props: true, meta: { title: 'shell.currencies' } },
  { path: '/read/:licence(.+)', component: ReadingScreen, props: true, meta: { title: 'reading.title', whole: true } },
  { path: '/settings', component: SettingsScreen, meta: { title: 'shell.settings' } },
  { path: '/:rest(.*)*', component: NotFoundScreen, meta: { title: 'shell.notFound' } },
];

export const createAppRouter = () =>
  createRouter({ history: createWebHashHistory(), routes, scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }) });
