/** Light, dark, or as the system is. */

import { useSignal } from "@preact/signals";
import { Icon, type IconName } from "./icons";

type Theme = "auto" | "light" | "dark";

const NEXT: Record<Theme, Theme> = { auto: "light", light: "dark", dark: "auto" };
const ICONS: Record<Theme, IconName> = { auto: "auto", light: "sun", dark: "moon" };
const KEPT = "theme";

/** Apply what was chosen the last time. */
export function applyTheme(theme: Theme = kept()): void {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function ThemeButton() {
  const theme = useSignal(kept());
  const choose = () => {
    theme.value = NEXT[theme.value];
    localStorage.setItem(KEPT, theme.value);
    applyTheme(theme.value);
  };
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={`Colours: ${theme.value}`}
      title={`Colours: ${theme.value}`}
      onClick={choose}
    >
      <Icon name={ICONS[theme.value]} />
    </button>
  );
}

function kept(): Theme {
  const found = localStorage.getItem(KEPT);
  return found === "light" || found === "dark" ? found : "auto";
}
