// The pages of the navigation and who sees them. Shows only what works; holds no layout.
import type { Role } from '../api/types';
import type { IconName } from '../parts/icons';
import type { PageName } from '../routing/paths';
import { rights } from '../session/rights';

export interface NavEntry {
  page: string;
  label: string;
  icon: IconName;
  covers: PageName[];
  /** Without roles everyone sees it. */
  roles?: Role[];
  /** Left out of the bar of a phone, where there is no room: another page leads to it. */
  roomy?: true;
}

export const entries: NavEntry[] = [
  { page: 'home', label: 'Home', icon: 'home', covers: ['home'] },
  { page: 'data', label: 'Data health', icon: 'data', covers: ['data'] },
  { page: 'upload', label: 'Upload', icon: 'upload', covers: ['upload'], roles: rights.upload, roomy: true },
  { page: 'workbench', label: 'Workbench', icon: 'workbench', covers: ['workbench'] },
  { page: 'products', label: 'Products', icon: 'products', covers: ['products'] },
  { page: 'segments', label: 'Segments', icon: 'segments', covers: ['segments'] },
  { page: 'customers', label: 'Customers', icon: 'customers', covers: ['customers', 'customer'] },
  { page: 'sql', label: 'SQL', icon: 'sql', covers: ['sql'], roles: rights.sql },
  { page: 'settings', label: 'Settings', icon: 'settings', covers: ['settings'] },
];
