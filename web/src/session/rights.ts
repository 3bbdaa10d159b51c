// Which roles see what, as the server's table has it, so that nothing is offered that would be refused.
// The server decides; this only hides. Holds no display.
import type { Role } from '../api/types';

export const rights = {
  upload: ['planner', 'marketer', 'analyst', 'developer', 'admin'],
  startRun: ['planner', 'marketer', 'analyst'],
  editSegments: ['planner', 'marketer', 'analyst'],
  approve: ['approver'],
  correctProducts: ['planner', 'marketer', 'analyst'],
  keepAnswers: ['marketer', 'developer', 'staff'],
  decideIdentity: ['analyst', 'staff', 'privacy'],
  readQuarantine: ['analyst', 'developer', 'privacy', 'admin'],
  withdrawImport: ['analyst', 'developer', 'admin'],
  replayQuarantine: ['analyst', 'developer', 'admin'],
  sql: ['analyst', 'admin'],
  people: ['admin'],
  keys: ['admin'],
  audit: ['privacy', 'admin'],
} satisfies Record<string, Role[]>;
