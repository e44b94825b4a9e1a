/**
 * The vault's state as a value. A `Draft` lays changes over the state below it and leaves that one untouched, so `step`
 * stays a pure function while its cost does not grow with the size of the state. `Base` is the bottom: what is durable.
 * It alone is written to in place, by the journal, after a package has been stored and is fresh (design §5.2).
 */
import type { InstanceId } from '../../protocol/identifiers.ts';
import { type ByContact, type TableName, type Tables, VOLATILE } from './records.ts';

/** Read access to a state. */
export interface State {
  get<T extends TableName>(table: T, key: string): Tables[T] | undefined;
  all<T extends TableName>(table: T): Iterable<readonly [string, Tables[T]]>;
  /** Keys of records that belong to `contact`. */
  keysOf(table: ByContact, contact: InstanceId): Iterable<string>;
}

/** One record put (or removed, `undefined`). */
export type Change = { readonly [T in TableName]: { readonly table: T; readonly key: string; readonly value: Tables[T] | undefined } }[TableName];

type AnyValue = Tables[TableName];
type Rows = Map<string, AnyValue>;

const ownerOf = (value: AnyValue | undefined): string | undefined => (value as { contact?: string } | undefined)?.contact;

/** The durable bottom of every state. */
export class Base implements State {
  #tables = new Map<TableName, Rows>();
  #owned = new Map<string, Set<string>>();

  get<T extends TableName>(table: T, key: string): Tables[T] | undefined {
    return this.#tables.get(table)?.get(key) as Tables[T] | undefined;
  }
  all<T extends TableName>(table: T): Iterable<readonly [string, Tables[T]]> {
    return (this.#tables.get(table) ?? new Map()) as Map<string, Tables[T]>;
  }
  keysOf(table: ByContact, contact: InstanceId): Iterable<string> {
    return this.#owned.get(`${table}/${contact}`) ?? [];
  }

  /** Takes over changes that are durable. */
  apply(changes: Iterable<Change>): void {
    for (const { table, key, value } of changes) {
      let rows = this.#tables.get(table);
      if (!rows) this.#tables.set(table, (rows = new Map()));
      if (table === 'transfer' || table === 'request' || table === 'licence') this.#own(table, key, rows.get(key), value);
      if (value === undefined) rows.delete(key);
      else rows.set(key, value);
    }
  }

  /** A copy that shares records but no tables. */
  clone(): Base {
    const copy = new Base();
    copy.apply(this.records(true));
    return copy;
  }

  /** Every durable record as a change, for a snapshot; with `volatile`, the others too. */
  *records(volatile = false): Iterable<Change> {
    for (const [table, rows] of this.#tables) {
      if (!volatile && VOLATILE.has(table)) continue;
      for (const [key, value] of rows) yield { table, key, value } as Change;
    }
  }

  #own(table: ByContact, key: string, before: AnyValue | undefined, after: AnyValue | undefined): void {
    const was = ownerOf(before);
    const is = ownerOf(after);
    if (was === is) return;
    if (was !== undefined) {
      const keys = this.#owned.get(`${table}/${was}`);
      keys?.delete(key);
      if (keys?.size === 0) this.#owned.delete(`${table}/${was}`);
    }
    if (is === undefined) return;
    const keys = this.#owned.get(`${table}/${is}`);
    if (keys) keys.add(key);
    else this.#owned.set(`${table}/${is}`, new Set([key]));
  }
}

/** Changes laid over a state that stays as it was. */
export class Draft implements State {
  readonly #below: State;
  #laid = new Map<TableName, Map<string, AnyValue | undefined>>();

  constructor(below: State) {
    this.#below = below;
  }

  get<T extends TableName>(table: T, key: string): Tables[T] | undefined {
    const rows = this.#laid.get(table);
    return rows?.has(key) ? (rows.get(key) as Tables[T] | undefined) : this.#below.get(table, key);
  }

  *all<T extends TableName>(table: T): Iterable<readonly [string, Tables[T]]> {
    const rows = this.#laid.get(table);
    for (const row of this.#below.all(table)) if (!rows?.has(row[0])) yield row;
    if (rows) for (const [key, value] of rows) if (value !== undefined) yield [key, value as Tables[T]];
  }

  *keysOf(table: ByContact, contact: InstanceId): Iterable<string> {
    const rows = this.#laid.get(table);
    for (const key of this.#below.keysOf(table, contact)) if (!rows?.has(key)) yield key;
    if (rows) for (const [key, value] of rows) if (ownerOf(value) === contact) yield key;
  }

  put<T extends TableName>(table: T, key: string, value: Tables[T]): void {
    this.#lay(table, key, value);
  }

  remove(table: TableName, key: string): void {
    this.#lay(table, key, undefined);
  }

  /** Takes over what another draft, laid over this one, changed. */
  absorb(above: Draft): void {
    for (const [table, rows] of above.#laid) for (const [key, value] of rows) this.#lay(table, key, value);
  }

  /** Takes over single changes. */
  lay(changes: Iterable<Change>): void {
    for (const { table, key, value } of changes) this.#lay(table, key, value);
  }

  *changes(): Iterable<Change> {
    for (const [table, rows] of this.#laid) for (const [key, value] of rows) yield { table, key, value } as Change;
  }

  #lay(table: TableName, key: string, value: AnyValue | undefined): void {
    let rows = this.#laid.get(table);
    if (!rows) this.#laid.set(table, (rows = new Map()));
    rows.set(key, value);
  }
}

/** The record that must be there. @throws Error (a broken invariant, which stops the module) */
export function must<T extends TableName>(state: State, table: T, key: string): Tables[T] {
  const value = state.get(table, key);
  if (value === undefined) throw new Error(`invariant: no ${table} ${key}`);
  return value;
}
