// What a key may do and whether it still works, in words. Holds no display.
import type { Key, Scope } from '../api/types';

/** As the server's table of scopes has it; no scope contains another. */
export const scopes: { scope: Scope; text: string }[] = [
  { scope: 'read', text: 'read segments, customers and tables, run SQL' },
  { scope: 'write', text: 'start runs, rename segments, replay rows held back' },
  { scope: 'ingest', text: 'send files and events, see rows held back' },
  { scope: 'admin', text: 'people, keys and the audit log' },
];

export function stateOf(key: Pick<Key, 'revoked' | 'expires_at'>, now: number): 'revoked' | 'expired' | 'valid' {
  if (key.revoked) return 'revoked';
  return key.expires_at && Date.parse(key.expires_at) <= now ? 'expired' : 'valid';
}
