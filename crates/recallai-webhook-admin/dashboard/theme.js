// Light or dark: as the system has it, unless something else was chosen here.

const KEY = 'recallai-webhook-theme';
const NEXT = { system: 'light', light: 'dark', dark: 'system' };

/** What was chosen: `system`, `light` or `dark`. */
export const theme = () => (localStorage.getItem(KEY) in NEXT ? localStorage.getItem(KEY) : 'system');

/** Puts the choice on the page. */
export function applyTheme() {
  const chosen = theme();
  if (chosen === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
}

/** Goes on to the next choice. */
export function nextTheme() {
  localStorage.setItem(KEY, NEXT[theme()]);
  applyTheme();
}
